using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>What a workspace can set for all its domains.</summary>
internal static class SettingsCalls
{
    public static void MapSettings(this IEndpointRouteBuilder api)
    {
        var settings = api.MapGroup("/settings").WithTags("Settings");
        settings.MapGet("/", Get).WithSummary("The workspace's settings.");
        settings.MapPut("/", Put).WithSummary("Changes them. countUnauthenticated false: reports that come in from now on and are not signed by their submitter stand in quarantine instead of being counted.");
    }

    private static async Task<Results<Ok<SettingsResource>, ProblemHttpResult>> Get(Caller caller, IGrainFactory grains) =>
        await grains.Workspace(caller.WorkspaceId).Get() is { } workspace ? TypedResults.Ok(new SettingsResource(workspace.CountsUnauthenticated)) : Problems.NotFound("This workspace does not exist.");

    private static async Task<Results<Ok<SettingsResource>, ProblemHttpResult>> Put(SettingsRequest request, Caller caller, IGrainFactory grains)
    {
        if (request.CountUnauthenticated is not { } counts)
            return Problems.Invalid("countUnauthenticated", "Say true or false for countUnauthenticated.");
        var result = await grains.Workspace(caller.WorkspaceId).SetCountsUnauthenticated(counts, caller.By);
        return result.Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.Ok(new SettingsResource(counts));
    }
}

/// <param name="CountUnauthenticated">Whether reports that are not signed by their submitter are counted. Holds for what comes in after it was set.</param>
internal sealed record SettingsRequest(bool? CountUnauthenticated);

/// <param name="CountUnauthenticated">Whether reports that are not signed by their submitter are counted, marked as such. Uploads always are.</param>
internal sealed record SettingsResource(bool CountUnauthenticated);
