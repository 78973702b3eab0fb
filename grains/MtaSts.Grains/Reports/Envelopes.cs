namespace MtaSts.Grains.Reports;

/// <summary>Lets envelopes go when their day's time has come.</summary>
internal static class Envelopes
{
    /// <summary>Envelopes touched at once.</summary>
    private const int AtOnce = 8;

    public static async Task LetGo(IGrainFactory grains, ScorecardKey claim, IEnumerable<string> envelopes, Kept step)
    {
        foreach (var batch in envelopes.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            await Task.WhenAll(batch.Select(id => step == Kept.Decoded
                ? grains.Ingestion(id).DropRaw(claim.WorkspaceId)
                : grains.Ingestion(id).Forget(claim.WorkspaceId, claim.Domain)));
        }
    }
}
