namespace MtaSts.Grains.Reports;

/// <summary>Changes to the lines of counted reports: a later verdict, an exclusion. Other lines are returned unchanged.</summary>
internal static class LineChanges
{
    /// <summary>A later verdict on the signature of an envelope. A report verified by a signed copy stays verified.</summary>
    public static Func<CountedReport, CountedReport> Verdict(string envelopeId, DkimVerdict dkim, string? signedBy) => report =>
        report.Entry is { VouchedBy: null } entry && entry.Id == envelopeId && (entry.Dkim, entry.SignedBy) != (dkim, signedBy) ? report with { Entry = entry with { Dkim = dkim, SignedBy = signedBy } } : report;

    /// <summary>Signatures of copies, by identity and content, verify counted reports. An exclusion is kept, because a member decided it.</summary>
    public static Func<CountedReport, CountedReport> Signatures(IReadOnlyDictionary<(string Identity, string ContentHash), ScorecardContribution> copies) => report =>
        report.Entry is { } entry && !Authenticity.IsVouchedFor(entry.Source, entry.Dkim) && copies.TryGetValue((report.Identity, report.ContentHash), out var copy)
            ? report with { Entry = entry with { Dkim = copy.Dkim, SignedBy = copy.SignedBy, VouchedBy = copy.EnvelopeId == entry.Id ? null : copy.EnvelopeId } }
            : report;

    /// <summary>The first exclusion of a report and its reason are kept.</summary>
    public static Func<CountedReport, CountedReport> Exclusion(ReportFilter filter, ReportExclusion exclusion) => report =>
        report.Entry is { Excluded: null } entry && filter.Takes(entry) ? report with { Entry = entry with { Excluded = exclusion } } : report;

    /// <summary>Reverses exclusions: for one report of each identity, and only if no other one replaced it. A verified report is preferred, otherwise the latest.</summary>
    /// <param name="lines">All lines of the day.</param>
    /// <returns>The change, and how many matching reports stay excluded.</returns>
    public static (Func<CountedReport, CountedReport> Change, int Replaced) Return(ReportFilter filter, IReadOnlyCollection<CountedReport> lines)
    {
        var counted = lines.Where(line => line.Entry is { Excluded: null }).Select(line => line.Identity).ToHashSet(StringComparer.Ordinal);
        CountedReport[] meant = [.. lines.Where(line => line.Entry is { Excluded: not null } entry && filter.Takes(entry))];
        var returned = meant.Where(line => !counted.Contains(line.Identity))
            .GroupBy(line => line.Identity, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (group.LastOrDefault(line => Authenticity.IsVouchedFor(line.Entry!.Source, line.Entry.Dkim)) ?? group.Last()).ContentHash, StringComparer.Ordinal);
        return (
            line => line.Entry is { Excluded: not null } entry && filter.Takes(entry) && returned.GetValueOrDefault(line.Identity) == line.ContentHash ? line with { Entry = entry with { Excluded = null } } : line,
            meant.Length - returned.Count);
    }
}
