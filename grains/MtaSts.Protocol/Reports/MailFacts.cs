namespace MtaSts.Protocol.Reports;

/// <summary>
/// Facts of the mail that contained a report (RFC 8460 §5.3). Hints only: the headers are often absent and often unsigned, and the report's body
/// takes precedence (§5.6). Each text is cut at <see cref="ReportLimits.MaxStringBytes"/> characters.
/// </summary>
public sealed record MailFacts
{
    /// <summary>Header <c>TLS-Report-Domain</c> in lower-case A-labels; null when absent. Used where a policy names no domain.</summary>
    public string? TlsReportDomain { get; init; }

    /// <summary>Header <c>TLS-Report-Submitter</c> in lower-case A-labels; null when absent.</summary>
    public string? TlsReportSubmitter { get; init; }

    /// <summary>Header <c>Subject</c>, unfolded and decoded. Its Report-ID often differs from the report's.</summary>
    public string? Subject { get; init; }

    /// <summary>The address of the first mailbox in <c>From</c>, or the header's text when it holds none.</summary>
    public string? From { get; init; }

    /// <summary>The domain of <see cref="From"/> in lower-case A-labels; null when it holds no address.</summary>
    public string? FromDomain => ReportDomains.OfAddress(From);

    /// <summary>Header <c>Message-ID</c> without its angle brackets. Not sufficient as a key for duplicates.</summary>
    public string? MessageId { get; init; }

    /// <summary>The file name of the part in which the first report was found.</summary>
    public string? AttachmentName { get; init; }

    /// <summary><see cref="AttachmentName"/> read by §5.1; null when it is not of that form.</summary>
    public ReportFileName? FileName { get; init; }
}
