using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Testing;

/// <summary>The environment of a report source under test: the source, its inbox, and a sender.</summary>
/// <param name="Source">The source, configured and not running.</param>
/// <param name="Inbox">The inbox that it was constructed with.</param>
/// <param name="Offer">
/// Sends a mail to a token's address, like a sender that retries when it is deferred: it may return before the source has accepted the mail. The mail
/// contains the address in its headers <c>To</c> and <c>Delivered-To</c>. The returned function gives the mail's state.
/// </param>
/// <param name="MaxInside">How many concurrent deliveries its settings permit.</param>
/// <param name="LetTimePass">Called repeatedly during waits: a scene with a test clock advances it here.</param>
public sealed record ReportSourceScene(IReportSource Source, InMemoryInbox Inbox, Func<string, byte[], Task<Func<MailFate>>> Offer, int MaxInside, Func<Task> LetTimePass);

/// <summary>State of a mail, as seen by its sender or mailbox.</summary>
public enum MailFate
{
    /// <summary>In place: neither acknowledged nor put aside.</summary>
    Waiting,

    /// <summary>Taken: answered 250, moved out of the inbox, flagged.</summary>
    Acknowledged,

    /// <summary>Permanently refused, or put where the operator finds it.</summary>
    PutAside,
}
