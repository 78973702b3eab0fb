namespace MtaSts.Grains.Reports;

/// <summary>Lets envelopes go when their day's time has come.</summary>
internal static class Envelopes
{
    /// <summary>Envelopes touched at once.</summary>
    private const int AtOnce = 8;

    /// <param name="isErasing">The claim goes: an envelope that later days list too goes as well.</param>
    public static async Task LetGo(IGrainFactory grains, ScorecardKey claim, IEnumerable<string> envelopes, Kept step, bool isErasing)
    {
        foreach (var batch in envelopes.Distinct(StringComparer.Ordinal).Chunk(AtOnce))
        {
            await Task.WhenAll(batch.Select(id => step == Kept.Decoded
                ? grains.Ingestion(id).DropRaw(claim.WorkspaceId, claim.Day)
                : grains.Ingestion(id).Forget(claim.WorkspaceId, claim.Domain, isErasing ? null : claim.Day)));
        }
    }
}
