using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Excludes reports of a claim, or counts them again, day by day.</summary>
internal static class ReportExclusions
{
    /// <summary>The reports that match the filter, on each of its days.</summary>
    /// <param name="exclusion">Null: counts them again.</param>
    public static async Task<ExclusionOutcome> Apply(IGrainFactory grains, string workspaceId, string domain, ReportFilter filter, ReportExclusion? exclusion)
    {
        var sum = ExclusionOutcome.None;
        foreach (var day in await Days(grains, workspaceId, domain, filter))
            sum = sum.Plus(await grains.Scorecard(workspaceId, domain, day).Exclude(filter, exclusion));
        return sum;
    }

    /// <summary>The lines of an envelope's reports in the domain's scorecard; empty when they are older than details are kept.</summary>
    public static async Task<IReadOnlyList<ReportEntry>> Find(IGrainFactory grains, string workspaceId, string domain, string envelopeId)
    {
        var entries = new List<ReportEntry>();
        foreach (var day in await Days(grains, workspaceId, domain, new ReportFilter { Envelope = envelopeId }))
            entries.AddRange(await grains.Scorecard(workspaceId, domain, day).Find(envelopeId));
        return entries;
    }

    private static async Task<IReadOnlyList<DateOnly>> Days(IGrainFactory grains, string workspaceId, string domain, ReportFilter filter)
    {
        if (filter.Envelope is { } id)
            return [.. (await grains.Ingestion(id).GetContributions(workspaceId, domain)).Select(contribution => DateOnly.FromDateTime(contribution.Start.UtcDateTime)).Distinct()];
        return [.. (await grains.ScorecardDays(workspaceId, domain).ListDays()).Where(day => !(day < filter.From) && !(day > filter.To))];
    }
}
