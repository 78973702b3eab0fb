namespace MtaSts.Grains.Reports;

/// <summary>Deletes the reports of a claim or of a workspace.</summary>
internal static class ReportErasure
{
    /// <summary>Concurrently deleted envelopes.</summary>
    private const int AtOnce = 16;

    /// <summary>Deletes every scorecard of a claim, its reports, and its items in quarantine. May be repeated.</summary>
    public static async Task Erase(IGrainFactory grains, string workspaceId, string domain)
    {
        while (!await grains.ScorecardDays(workspaceId, domain).Erase())
        {
            // Each call is a bounded slice.
        }
        await EraseQuarantine(grains, workspaceId, domain);
    }

    /// <summary>Deletes all items of a workspace's quarantine, or those addressed to one domain. May be repeated.</summary>
    /// <param name="domain">Null: all items.</param>
    public static async Task EraseQuarantine(IGrainFactory grains, string workspaceId, string? domain)
    {
        var ids = new List<string>();
        string? next = null;
        do
        {
            var page = await grains.Quarantine(workspaceId).List(next, IWorkspaceGrain.MaxPage);
            ids.AddRange(page.Items.Select(item => item.Id));
            next = page.Next;
        }
        while (next is not null);
        foreach (var chunk in ids.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
            await Task.WhenAll(chunk.Select(id => grains.Ingestion(id).Forget(workspaceId, domain)));
    }
}
