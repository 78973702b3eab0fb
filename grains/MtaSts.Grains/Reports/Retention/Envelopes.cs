namespace MtaSts.Grains.Reports;

/// <summary>Reduces or deletes envelopes when their day expires.</summary>
internal static class Envelopes
{
    /// <summary>Concurrently processed envelopes.</summary>
    private const int AtOnce = 8;

    /// <param name="isErasing">The claim is being removed: an envelope listed by later days is deleted too.</param>
    public static async Task Reduce(IGrainFactory grains, ScorecardKey claim, IEnumerable<string> envelopes, Kept step, bool isErasing)
    {
        foreach (var batch in envelopes.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            await Task.WhenAll(batch.Select(id => step == Kept.Decoded
                ? grains.Ingestion(id).DropRaw(claim.WorkspaceId, claim.Day)
                : grains.Ingestion(id).Forget(claim.WorkspaceId, claim.Domain, isErasing ? null : claim.Day)));
        }
    }
}
