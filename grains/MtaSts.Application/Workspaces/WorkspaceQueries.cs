using MtaSts.Grains;

namespace MtaSts.Application.Workspaces;

public sealed class WorkspaceQueries(IGrainFactory grains)
{
    /// <summary>The actor's workspace.</summary>
    public async Task<CommandResult<WorkspaceView>> Get(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.WorkspaceRead) is { } refusal)
            return refusal;
        return await grains.Workspace(actor.WorkspaceId).Get() is { } workspace ? workspace : NotThere;
    }

    internal static Refusal NotThere => new(RefusalCodes.NotFound, "This workspace does not exist.");
}
