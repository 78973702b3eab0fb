namespace MtaSts.Grains.Reports;

/// <summary>Changes to the lines of counted reports: a later verdict, an exclusion. Null: the line stays as it is.</summary>
internal static class EntryChanges
{
    /// <summary>A later verdict on the signature of an envelope. What a signed copy vouches for keeps that.</summary>
    public static Func<ReportEntry, ReportEntry?> Verdict(string envelopeId, DkimVerdict dkim, string? signedBy) => entry =>
        entry.Id == envelopeId && entry.VouchedBy is null && (entry.Dkim, entry.SignedBy) != (dkim, signedBy) ? entry with { Dkim = dkim, SignedBy = signedBy } : null;

    /// <summary>Who excluded a report first, and why, stays.</summary>
    public static Func<ReportEntry, ReportEntry?> Exclusion(ReportFilter filter, ReportExclusion? exclusion) => entry =>
        entry.Excluded is null == exclusion is not null && filter.Takes(entry) ? entry with { Excluded = exclusion } : null;

    public static CountedReport Apply(this CountedReport report, Func<ReportEntry, ReportEntry?> change) =>
        report.Entry is { } entry && change(entry) is { } changed ? report with { Entry = changed } : report;
}
