using System.Globalization;

namespace MtaSts.Grains;

/// <summary>Lists of counted reports: all of them, or those that a filter takes.</summary>
public static class ReportLists
{
    /// <summary>Entries looked at for one page: what is rare may give a short page, or an empty one, with a token to go on.</summary>
    public const int MaxLookedAt = 2_000;

    /// <summary>
    /// As <see cref="ScorecardQuery.ListReports"/>, with those that the filter takes. It begins at the filter's last day and ends at its first, so that a range costs what
    /// it holds.
    /// </summary>
    public static async Task<Page<ReportEntry>> Load(IGrainFactory grains, string workspaceId, string domain, ReportFilter filter, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        next ??= filter.To is { } last ? Beginning(last) : null;
        var items = new List<ReportEntry>();
        for (var looked = 0; looked < MaxLookedAt;)
        {
            var page = await ScorecardQuery.ListReports(grains, workspaceId, domain, next, filter.TakesAll ? limit : IWorkspaceGrain.MaxPage);
            var taken = 0;
            while (taken < page.Items.Count && items.Count < limit)
            {
                var entry = page.Items[taken++];
                if (filter.IsBefore(entry))
                    return new Page<ReportEntry>(items, null);
                if (filter.Takes(entry))
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

    /// <summary>Where <see cref="ScorecardQuery.ListReports"/> begins with that day.</summary>
    private static string Beginning(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}.");
}
