using System.Globalization;
using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Lists of counted reports: all of them, or those that match a filter.</summary>
internal static class ReportLists
{
    /// <summary>Entries examined for one page: a rare match may give a short or empty page with a token to continue.</summary>
    public const int MaxLookedAt = 2_000;

    /// <summary>
    /// As <see cref="ScorecardReader.ListReports"/>, for reports that match the filter. Reads from the filter's last day to its first, so that the cost depends on
    /// the range.
    /// </summary>
    public static async Task<Page<ReportEntry>> Load(IGrainFactory grains, string workspaceId, string domain, ReportFilter filter, string? next, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        next ??= filter.To is { } last ? Beginning(last) : null;
        var items = new List<ReportEntry>();
        for (var looked = 0; looked < MaxLookedAt;)
        {
            var page = await ScorecardReader.ListReports(grains, workspaceId, domain, next, filter.TakesAll ? limit : IWorkspaceGrain.MaxPage);
            var taken = 0;
            while (taken < page.Items.Count && items.Count < limit)
            {
                var entry = page.Items[taken++];
                if (DateOnly.FromDateTime(entry.Start.UtcDateTime) < filter.From)
                    return new Page<ReportEntry>(items, null);
                if (filter.Takes(entry))
                    items.Add(entry);
            }
            if (taken < page.Items.Count)
                return new Page<ReportEntry>(items, (await ScorecardReader.ListReports(grains, workspaceId, domain, next, taken)).Next);
            looked += page.Items.Count;
            next = page.Next;
            if (next is null || items.Count == limit)
                break;
        }
        return new Page<ReportEntry>(items, next);
    }

    /// <summary>The token with which <see cref="ScorecardReader.ListReports"/> begins at that day.</summary>
    private static string Beginning(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd}.");
}
