using System.Text.Json.Serialization;

namespace MtaSts.Grains.Workspaces;

internal sealed record ApiTokenState
{
    [JsonPropertyName("workspace")] public string? Workspace { get; init; }
    [JsonPropertyName("name")] public string? Name { get; init; }
}

[GrainType("api-token")]
internal sealed class ApiTokenGrain([PersistentState(StateNames.ApiToken, StateNames.Storage)] IPersistentState<ApiTokenState> stored) : Grain, IApiTokenGrain
{
    public async Task Set(string workspaceId, string name)
    {
        stored.State = new ApiTokenState { Workspace = workspaceId, Name = name };
        await stored.WriteStateAsync();
    }

    public async Task Clear()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public ValueTask<ApiTokenOwner?> Get()
    {
        if (stored is { RecordExists: true, State: { Workspace: { } workspace, Name: { } name } })
            return ValueTask.FromResult<ApiTokenOwner?>(new ApiTokenOwner(workspace, name));
        DeactivateOnIdle(); // Unknown token: nothing to keep in memory.
        return ValueTask.FromResult<ApiTokenOwner?>(null);
    }
}
