namespace MtaSts.Modules.Reports;

/// <summary>
/// Where every report source delivers. Safe for concurrent use. Neither call throws but for its own cancellation: what goes wrong is
/// an answer.
/// </summary>
public interface IReportInbox
{
    /// <summary>Report addresses are <c>{token}@{MailDomain}</c>: lower-case A-labels, setting <c>Intake:MailDomain</c>. See <see cref="ReportAddress"/>.</summary>
    string MailDomain { get; }

    /// <summary>
    /// Stores the envelope and only then returns <see cref="Receipt.Stored"/>: a source acknowledges (HTTP 2xx, SMTP 250, a file
    /// removed) on that answer and on no other. May be repeated: the same bytes to the same addressee are one envelope. Awaiting it is
    /// the back-pressure: an answer comes within 20 s, and until then its source holds the bytes, so it bounds how many it holds.
    /// </summary>
    /// <param name="envelope">The inbox may read <see cref="Envelope.Raw"/> even after it has answered: the bytes must never change.</param>
    /// <param name="cancellationToken">Ends the wait. The envelope may be stored all the same.</param>
    Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken);

    /// <summary>
    /// Whether a claim has this token, for sources that are asked before the report comes (SMTP at RCPT). Costs no storage access for
    /// what cannot be a token; the others share a bounded number of look-ups, and wrong guesses are remembered for some seconds, so
    /// a flood of guesses makes this <see cref="TokenKnowledge.Unavailable"/> rather than storage slow. A source bounds besides how often one peer may guess.
    /// </summary>
    /// <param name="token">As it was written, in any case.</param>
    /// <param name="cancellationToken">Ends the wait; the answer is then <see cref="TokenKnowledge.Unavailable"/>.</param>
    Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken);
}
