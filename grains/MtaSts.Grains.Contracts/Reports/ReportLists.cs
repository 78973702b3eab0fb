namespace MtaSts.Grains;

/// <summary>Lists of counted reports, by verdict where that is asked for.</summary>
public static class ReportLists
{
    /// <summary>Entries looked at for one page: a rare verdict may give a short page, or an empty one, with a token to go on.</summary>
    public const int MaxLookedAt = 2_000;

    /// <summary>As <see cref="ScorecardQuery.ListReports"/>, with those of the given verdicts only; none given is all of them.</summary>
    public static async Task<Page<ReportEntry>> Load(IGrainFactory grains, string workspaceId, string domain, IReadOnlyCollection<DkimVerdict> verdicts, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        if (verdicts.Count == 0)
            return await ScorecardQuery.ListReports(grains, workspaceId, domain, next, limit);
        var items = new List<ReportEntry>();
        for (var looked = 0; looked < MaxLookedAt;)
        {
            var page = await ScorecardQuery.ListReports(grains, workspaceId, domain, next, IWorkspaceGrain.MaxPage);
            var taken = 0;
            while (taken < page.Items.Count && items.Count < limit)
            {
                var entry = page.Items[taken++];
                if (verdicts.Contains(entry.Dkim))
                    items.Add(entry);
            }
            if (taken < page.Items.Count)
                return new Page<ReportEntry>(items, (await ScorecardQuery.ListReports(grains, workspaceId, domain, next, taken)).Next);
            looked += page.Items.Count;
            next = page.Next;
            if (next is null || items.Count == limit)
                break;
        }
        return new Page<ReportEntry>(items, next);
    }
}
