namespace MtaSts.Modules.Reports;

/// <summary>
/// A source of reports: SMTP, a Maildir, an IMAP mailbox. The host constructs it without effects, runs it while the service runs, and restarts it,
/// after a growing pause, when it ends or throws; a fault in one source does not affect others.
/// </summary>
/// <remarks>
/// Rules for every source, tested by <c>ReportSourceContract</c> in MtaSts.Modules.Testing:
/// <list type="bullet">
/// <item>An envelope goes to <see cref="IReportInbox.AcceptAsync"/> with the mail's bytes as received, with nothing added or removed: signatures
/// cover them, and the same mail delivered again must be the same envelope.</item>
/// <item>A mail is acknowledged (answered 250, moved, flagged) only after <see cref="Receipt.Stored"/>. After
/// <see cref="Receipt.Unavailable"/>, an exception, a crash or a stop it stays in place, or its sender is asked to retry.</item>
/// <item><see cref="Receipt.UnknownToken"/> and <see cref="Receipt.Refused"/> are final: the mail is refused or put aside, where the operator finds
/// it, and the next mails are processed.</item>
/// <item>A source holds a bounded number of mails and bytes, and accepts no more while the inbox does not answer.</item>
/// <item>Several silos may run the same source at once: delivering one mail twice is harmless, losing it is not.</item>
/// </list>
/// </remarks>
public interface IReportSource
{
    /// <summary>Permanent and namespaced, <c>source.imap</c>; stored with each envelope as its <see cref="Envelope.Source"/>.</summary>
    string Id { get; }

    /// <summary>For the operator. Read at any time from any thread; must not block. <see cref="ReportSourceStatus.Off"/> is permanent: such a source
    /// is not run.</summary>
    ReportSourceStatus Status { get; }

    /// <summary>
    /// Receives reports until it is cancelled. Called again after it has ended or thrown, never concurrently. For temporary problems (a server that
    /// does not answer) it should wait and show <see cref="ReportSourceStatus.Troubled"/>; for permanent ones it should throw, with a message that
    /// says what the operator can do.
    /// </summary>
    /// <param name="stop">The service stops: accept nothing new, finish storing, release sockets and files, and return or throw <see cref="OperationCanceledException"/>,
    /// all within 10 s. After that the host stops without it.</param>
    Task RunAsync(CancellationToken stop);
}
