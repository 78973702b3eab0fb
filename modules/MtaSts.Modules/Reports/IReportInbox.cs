namespace MtaSts.Modules.Reports;

/// <summary>
/// Receives the deliveries of all report sources. Safe for concurrent use. Calls throw only on their own cancellation: failures are answers.
/// </summary>
public interface IReportInbox
{
    /// <summary>Report addresses are <c>{token}@{MailDomain}</c>: lower-case A-labels, setting <c>Intake:MailDomain</c>. See <see cref="ReportAddress"/>.</summary>
    string MailDomain { get; }

    /// <summary>
    /// Stores the envelope and only then returns <see cref="Receipt.Stored"/>: a source acknowledges (HTTP 2xx, SMTP 250, a file
    /// removed) only on that answer. May be repeated: the same bytes to the same addressee are one envelope. Awaiting it is the back-pressure: the
    /// answer takes up to 20 s, and until then the source holds the bytes, so it must bound their number.
    /// </summary>
    /// <param name="envelope">The inbox may read <see cref="Envelope.Raw"/> after its answer: the bytes must never change.</param>
    /// <param name="cancellationToken">Ends the wait. The envelope may still be stored.</param>
    Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a claim has this token, for sources that need it before the report arrives (SMTP at RCPT). A malformed token costs no storage access;
    /// the others share a bounded number of look-ups, and wrong guesses are cached for some seconds, so that a flood of guesses leads to <see cref="TokenKnowledge.Unavailable"/>
    /// and does not slow storage. A source must also bound the guesses of one peer.
    /// </summary>
    /// <param name="token">The token as received, in any case.</param>
    /// <param name="cancellationToken">Ends the wait; the answer is then <see cref="TokenKnowledge.Unavailable"/>.</param>
    Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken);
}
