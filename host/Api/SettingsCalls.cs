using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Workspaces;

namespace MtaSts.Host.Api;

/// <summary>Settings of a workspace for all its domains.</summary>
internal static class SettingsCalls
{
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/settings").WithTags("Settings");
        settings.MapGet("/", async (Caller caller, WorkspaceQueries workspaces) => (await workspaces.Get(caller.Actor)).Ok(workspace => new SettingsResource(workspace.CountsUnauthenticated)))
            .Needs(Permissions.WorkspaceRead).WithSummary("The workspace's settings.");
        settings.MapPut("/", Put).Needs(Permissions.WorkspaceManage)
            .WithSummary("Changes them. countUnauthenticated false: reports that are received from now on and are not signed by their submitter are quarantined instead of counted.");
    }

    private static async Task<Results<Ok<SettingsResource>, ProblemHttpResult>> Put(SettingsRequest request, Caller caller, WorkspaceCommands workspaces)
    {
        if (request.CountUnauthenticated is not { } counts)
            return Problems.Invalid("countUnauthenticated", "countUnauthenticated must be true or false.");
        return (await workspaces.SetCountsUnauthenticated(caller.Actor, counts)).Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(new SettingsResource(counts));
    }
}

/// <param name="CountUnauthenticated">Whether reports that are not signed by their submitter are counted. Applies to reports received after the change.</param>
internal sealed record SettingsRequest(bool? CountUnauthenticated);

/// <param name="CountUnauthenticated">Whether reports that are not signed by their submitter are counted and marked as unverified. Uploads are always counted.</param>
internal sealed record SettingsResource(bool CountUnauthenticated);
