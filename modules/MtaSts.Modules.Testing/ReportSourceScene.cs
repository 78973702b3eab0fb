using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Testing;

/// <summary>What a report source under test is given: itself, the inbox it delivers to, and the sender's hand.</summary>
/// <param name="Source">The source, configured and not running.</param>
/// <param name="Inbox">The inbox it was made with.</param>
/// <param name="Offer">
/// Sends a mail to a token's address, as a sender does that tries again when it is put off: it may return before the source has taken
/// it. The mail names the address in its headers <c>To</c> and <c>Delivered-To</c>. What is returned tells what has become of it.
/// </param>
/// <param name="MaxInside">How many deliveries it may have waiting in the inbox at once, by its settings.</param>
/// <param name="LetTimePass">Called again and again while something is waited for: a source on a test's clock advances it here.</param>
public sealed record ReportSourceScene(IReportSource Source, InMemoryInbox Inbox, Func<string, byte[], Task<Func<MailFate>>> Offer, int MaxInside, Func<Task> LetTimePass);

/// <summary>What has become of a mail, as its sender or mailbox sees it.</summary>
public enum MailFate
{
    /// <summary>Where it was: neither acknowledged nor given up.</summary>
    Waiting,

    /// <summary>Taken: answered 250, moved out of the inbox, flagged.</summary>
    Acknowledged,

    /// <summary>Refused for good, or put where the operator finds it.</summary>
    PutAside,
}
