using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Workspaces;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>The workspace of a token.</summary>
internal static class WorkspaceCalls
{
    public static void MapWorkspace(this IEndpointRouteBuilder api)
    {
        var workspace = api.MapGroup("/workspace").WithTags("Workspace");
        workspace.MapGet("/", async (Caller caller, WorkspaceQueries workspaces) => (await workspaces.Get(caller.Actor)).Ok(WorkspaceResource.Of))
            .Needs(Permissions.WorkspaceRead).WithSummary("The workspace of this token.");
        workspace.MapDelete("/", Delete).Needs(Permissions.WorkspaceManage).WithSummary(
            "Deletes the workspace with all domains, reports, and accounts of members without another workspace. name must be the name of the workspace. API tokens, including this one, are refused from then on; hosted domains retire first.");
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Delete(string? name, Caller caller, WorkspaceCommands workspaces) =>
        (await workspaces.Delete(caller.Actor, name)).Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null);
}

/// <param name="Deletion">The deletion in progress; null when there is none.</param>
internal sealed record WorkspaceResource(string Id, string Name, Plan Plan, WorkspaceDeletionResource? Deletion)
{
    public static WorkspaceResource Of(WorkspaceView workspace) =>
        new(workspace.Id, workspace.Name, workspace.Plan, workspace.Deletion is { } deletion ? new(deletion.At, deletion.By) : null);
}

/// <summary>A deletion in progress.</summary>
/// <param name="At">When it was requested.</param>
/// <param name="By">Who requested it.</param>
internal sealed record WorkspaceDeletionResource(DateTimeOffset At, string By);
