using System.Text.Json.Serialization;

namespace MtaSts.Grains.Domains;

internal sealed record ClaimTokenState
{
    [JsonPropertyName("workspace")] public string? Workspace { get; init; }
    [JsonPropertyName("domain")] public string? Domain { get; init; }

    /// <summary>The report address was renewed, and the grace period of this token has ended.</summary>
    [JsonPropertyName("reportsEnded")] public bool ReportsEnded { get; init; }
}

[GrainType("claim-token")]
internal sealed class ClaimTokenGrain([PersistentState(StateNames.ClaimToken, StateNames.Storage)] IPersistentState<ClaimTokenState> stored) : Grain, IClaimTokenGrain
{
    public async Task Set(string workspaceId, string domain)
    {
        stored.State = new ClaimTokenState { Workspace = workspaceId, Domain = domain };
        await stored.WriteStateAsync();
    }

    public async Task EndReports()
    {
        if (!stored.RecordExists)
            return;
        stored.State = stored.State with { ReportsEnded = true };
        await stored.WriteStateAsync();
    }

    public async Task Clear()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public ValueTask<ClaimAddress?> Get()
    {
        if (stored is { RecordExists: true, State: { Workspace: { } workspace, Domain: { } domain } })
            return ValueTask.FromResult<ClaimAddress?>(new ClaimAddress(workspace, domain) { ReportsEnded = stored.State.ReportsEnded });
        DeactivateOnIdle(); // Unknown token: nothing to keep in memory.
        return ValueTask.FromResult<ClaimAddress?>(null);
    }
}
