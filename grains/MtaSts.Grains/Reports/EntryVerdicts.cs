namespace MtaSts.Grains.Reports;

/// <summary>Puts later verdicts into the entries of counted reports.</summary>
internal static class EntryVerdicts
{
    /// <summary>A later verdict on the signature of an envelope. What a signed copy vouches for keeps that.</summary>
    public static Func<ReportEntry, ReportEntry?> Of(string envelopeId, DkimVerdict dkim, string? signedBy) => entry =>
        entry.Id == envelopeId && entry.VouchedBy is null && (entry.Dkim, entry.SignedBy) != (dkim, signedBy) ? entry with { Dkim = dkim, SignedBy = signedBy } : null;

    public static IReadOnlyList<CountedReport> Set(IReadOnlyList<CountedReport> reports, Func<ReportEntry, ReportEntry?> change) =>
        [.. reports.Select(report => report.Entry is { } entry && change(entry) is { } changed ? report with { Entry = changed } : report)];

    public static IReadOnlyList<(ReportEntry Before, ReportEntry After)> Changes(IReadOnlyList<CountedReport> reports, Func<ReportEntry, ReportEntry?> change) =>
        [.. reports.Where(report => report.Entry is not null && change(report.Entry) is not null).Select(report => (report.Entry!, change(report.Entry!)!))];
}
