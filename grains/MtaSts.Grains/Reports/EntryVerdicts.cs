namespace MtaSts.Grains.Reports;

/// <summary>Puts a later verdict into the entries of an envelope.</summary>
internal static class EntryVerdicts
{
    /// <summary>Null when nothing changes.</summary>
    public static IReadOnlyList<CountedReport>? Set(IReadOnlyList<CountedReport> reports, string envelopeId, DkimVerdict dkim, string? signedBy)
    {
        if (!reports.Any(IsMeant))
            return null;
        return [.. reports.Select(report => IsMeant(report) ? report with { Entry = report.Entry! with { Dkim = dkim, SignedBy = signedBy } } : report)];

        bool IsMeant(CountedReport report) => report.Entry is { } entry && entry.Id == envelopeId && (entry.Dkim, entry.SignedBy) != (dkim, signedBy);
    }
}
