using System.Globalization;

namespace MtaSts.Grains;

/// <summary>Replays a whole quarantine page by page: each call is bounded, and the caller sees how far it has come.</summary>
public static class QuarantineReplay
{
    /// <summary>Replays the items after <paramref name="next"/> and passes over those that stay.</summary>
    /// <param name="next">What the call before gave; null to begin.</param>
    public static async Task<Page<IngestionOutcome>> Next(IGrainFactory grains, string workspaceId, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(grains);
        var page = await grains.Quarantine(workspaceId).List(next, limit);
        var outcomes = new List<IngestionOutcome>(page.Items.Count);
        var stay = 0;
        foreach (var item in page.Items)
        {
            var replayed = await grains.Ingestion(item.Id).Replay(workspaceId);
            if (replayed.Value is not { } outcome)
                continue; // Deleted meanwhile.
            outcomes.Add(outcome);
            if (outcome.State == IngestionState.Quarantined)
                stay++;
        }
        if (page.Next is null)
            return new Page<IngestionOutcome>(outcomes, null);
        _ = int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var before);
        return new Page<IngestionOutcome>(outcomes, (before + stay).ToString(CultureInfo.InvariantCulture));
    }
}
