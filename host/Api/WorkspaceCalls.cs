using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>The workspace a token speaks for.</summary>
internal static class WorkspaceCalls
{
    public static void MapWorkspace(this IEndpointRouteBuilder api)
    {
        var workspace = api.MapGroup("/workspace").WithTags("Workspace");
        workspace.MapGet("/", Get).WithSummary("The workspace this token speaks for.");
        workspace.MapDelete("/", Delete).WithSummary(
            "Deletes it with all domains, reports and members' accounts that have no other workspace. name must be the workspace's name. API tokens, this one too, are refused from then on; hosted domains retire first.");
    }

    private static async Task<Results<Ok<WorkspaceResource>, ProblemHttpResult>> Get(Caller caller, IGrainFactory grains) =>
        await grains.Workspace(caller.WorkspaceId).Get() is { } workspace ? TypedResults.Ok(WorkspaceResource.Of(workspace)) : NotThere();

    private static async Task<Results<Accepted, ProblemHttpResult>> Delete(string? name, Caller caller, IGrainFactory grains)
    {
        if (await grains.Workspace(caller.WorkspaceId).Get() is not { } workspace)
            return NotThere();
        if (name != workspace.Name)
            return Problems.Invalid("name", $"This deletes everything in the workspace. If it is meant, say its name: ?name={Uri.EscapeDataString(workspace.Name)}");
        var result = await grains.Workspace(caller.WorkspaceId).Delete(caller.By);
        return result.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Accepted((string?)null);
    }

    private static ProblemHttpResult NotThere() => Problems.NotFound("This workspace does not exist.");
}

/// <param name="Deletion">Since when it is being deleted; null when it is not.</param>
internal sealed record WorkspaceResource(string Id, string Name, Plan Plan, WorkspaceDeletion? Deletion)
{
    public static WorkspaceResource Of(WorkspaceView workspace) => new(workspace.Id, workspace.Name, workspace.Plan, workspace.Deletion);
}
