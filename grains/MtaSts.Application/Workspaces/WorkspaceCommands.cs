using MtaSts.Grains;

namespace MtaSts.Application.Workspaces;

/// <summary>Settings, plan and deletion of the actor's workspace.</summary>
public sealed class WorkspaceCommands(IGrainFactory grains)
{
    /// <summary>See <see cref="IWorkspaceGrain.SetCountsUnauthenticated"/>.</summary>
    public Task<CommandResult> SetCountsUnauthenticated(Actor actor, bool counts) => Do(actor, Permissions.WorkspaceManage, workspace => workspace.SetCountsUnauthenticated(counts, actor.Name));

    /// <summary>Changes the plan. Losing the right to hosting retires every hosted domain.</summary>
    public Task<CommandResult> SetPlan(Actor actor, Plan plan) => Do(actor, Permissions.PlanManage, async workspace =>
    {
        await workspace.SetPlan(plan, actor.Name);
        return CommandResult.Done;
    });

    /// <summary>Deletes the workspace with all its data (see <see cref="IWorkspaceGrain.Delete"/>).</summary>
    /// <param name="name">The workspace's name, as confirmation.</param>
    public Task<CommandResult> Delete(Actor actor, string? name) => Do(actor, Permissions.WorkspaceManage, async workspace =>
        await workspace.Get() is not { } known ? new(WorkspaceQueries.NotThere)
        : name?.Trim() != known.Name.Trim() ? CommandResult.Refused(RefusalCodes.Invalid, $"This deletes all data of the workspace. To confirm, give its name: {known.Name}", "name")
        : await workspace.Delete(actor.Name));

    /// <summary>Cancels a running deletion.</summary>
    public Task<CommandResult> Keep(Actor actor) => Do(actor, Permissions.WorkspaceManage, workspace => workspace.Keep(actor.Name));

    private async Task<CommandResult> Do(Actor actor, string permission, Func<IWorkspaceGrain, Task<CommandResult>> command) =>
        actor.Lacks(permission) is { } refusal ? new(refusal) : await command(grains.Workspace(actor.WorkspaceId));
}
