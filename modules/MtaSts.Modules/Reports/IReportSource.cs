namespace MtaSts.Modules.Reports;

/// <summary>
/// A way in which reports arrive: SMTP, a Maildir, an IMAP mailbox. The host constructs it without effects, runs it while the service
/// runs, and starts it again, after a growing pause, when it ends or throws; a fault in one source hurts no other.
/// </summary>
/// <remarks>
/// What holds for every source, and <c>ReportSourceContract</c> in MtaSts.Modules.Testing tests:
/// <list type="bullet">
/// <item>An envelope goes to <see cref="IReportInbox.AcceptAsync"/> with the mail's bytes as they came, nothing put in front of them or
/// taken away: signatures cover them, and the same mail delivered again must be the same envelope.</item>
/// <item>A mail is acknowledged (answered 250, moved, flagged) after <see cref="Receipt.Stored"/> and not before. After
/// <see cref="Receipt.Unavailable"/>, an exception, a crash or a stop it is left where it is, or its sender is told to try again.</item>
/// <item><see cref="Receipt.UnknownToken"/> and <see cref="Receipt.Refused"/> are final: the mail is refused or put aside, where the
/// operator finds it, and those behind it go on.</item>
/// <item>A source holds a bounded number of mails and bytes, and takes no more while the inbox does not answer.</item>
/// <item>Several silos may run the same source at once: delivering one mail twice is harmless, losing it is not.</item>
/// </list>
/// </remarks>
public interface IReportSource
{
    /// <summary>Permanent and namespaced, <c>source.imap</c>; stored with each envelope as its <see cref="Envelope.Source"/>.</summary>
    string Id { get; }

    /// <summary>For the operator. Read at any time from any thread; must not block. <see cref="ReportSourceStatus.Off"/> is for good: such a source is not run.</summary>
    ReportSourceStatus Status { get; }

    /// <summary>
    /// Takes reports in until it is cancelled. Called again after it has ended or thrown, never twice at once. What passes by
    /// itself (a server that does not answer) is best waited out inside, and shown as <see cref="ReportSourceStatus.Troubled"/>; what does not, thrown
    /// with a message that tells the operator what to do.
    /// </summary>
    /// <param name="stop">The service stops: take nothing new, bring to an end what is being stored, let go of sockets and files, and return
    /// or throw <see cref="OperationCanceledException"/>, all within 10 s. After that the host goes on without it.</param>
    Task RunAsync(CancellationToken stop);
}
