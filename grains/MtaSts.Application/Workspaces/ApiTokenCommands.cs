using MtaSts.Grains;

namespace MtaSts.Application.Workspaces;

/// <summary>API tokens of the actor's workspace.</summary>
public sealed class ApiTokenCommands(IGrainFactory grains)
{
    /// <summary>Creates a token. Its secret is only in the result.</summary>
    /// <param name="name">For lists and histories.</param>
    public async Task<CommandResult<NewApiToken>> Create(Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.TokensManage) is { } refusal ? refusal : await grains.Workspace(actor.WorkspaceId).CreateApiToken(name, actor.Name);
    }

    /// <summary>Revokes a token immediately.</summary>
    /// <param name="id">See <see cref="ApiTokenView.Id"/>.</param>
    public async Task<CommandResult> Revoke(Actor actor, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.TokensManage) is { } refusal ? new(refusal) : await grains.Workspace(actor.WorkspaceId).RevokeApiToken(id, actor.Name);
    }

    /// <summary>The owner of a token; null when there is no such token. Called before there is an actor.</summary>
    /// <param name="hash">See <see cref="ApiTokens.Hash"/>.</param>
    public ValueTask<ApiTokenOwner?> FindOwner(string hash) => grains.ApiToken(hash).Get();
}
