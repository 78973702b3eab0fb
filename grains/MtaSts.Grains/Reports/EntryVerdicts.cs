namespace MtaSts.Grains.Reports;

/// <summary>Puts a later verdict into the entries of an envelope. An entry without a change is not among those that were meant.</summary>
internal static class EntryVerdicts
{
    /// <summary>Null when nothing changes.</summary>
    public static IReadOnlyList<CountedReport>? Set(IReadOnlyList<CountedReport> reports, string envelopeId, DkimVerdict dkim, string? signedBy)
    {
        if (!Meant(reports, envelopeId, dkim, signedBy).Any())
            return null;
        return [.. reports.Select(report => report.Entry?.Id == envelopeId ? report with { Entry = report.Entry with { Dkim = dkim, SignedBy = signedBy } } : report)];
    }

    /// <summary>The entries that change.</summary>
    public static IEnumerable<ReportEntry> Meant(IReadOnlyList<CountedReport> reports, string envelopeId, DkimVerdict dkim, string? signedBy) =>
        reports.Select(report => report.Entry).OfType<ReportEntry>().Where(entry => entry.Id == envelopeId && (entry.Dkim, entry.SignedBy) != (dkim, signedBy));
}
