namespace MtaSts.Modules.Reports;

/// <summary>Where every report source delivers. Safe for concurrent use; calls may be repeated with the same envelope.</summary>
public interface IReportInbox
{
    /// <summary>
    /// Stores the envelope and only then returns <see cref="Receipt.Stored"/>: a source acknowledges (HTTP 2xx, SMTP 250)
    /// on that answer and on no other.
    /// </summary>
    Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken);
}
