using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>What could not be read or attributed.</summary>
internal static class QuarantineCalls
{
    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        var quarantine = api.MapGroup("/quarantine").WithTags("Quarantine");
        quarantine.MapGet("/", List).WithSummary("What could not be read or attributed, newest first.");
        quarantine.MapGet("/summary", Summary).WithSummary("How much there is, and how much had to go because it was full.");
        quarantine.MapPost("/replay", ReplayPage).WithSummary("Reads and attributes a page of it again, newest first; pass next until there is none.");
        quarantine.MapPost("/{id}/replay", Replay).WithSummary("Reads and attributes it again.");
        quarantine.MapDelete("/{id}", Discard).WithSummary("Deletes it for good.");
        quarantine.MapGet("/{id}/raw", Raw).WithSummary("The envelope byte for byte as it came.").Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet);
    }

    private static async Task<Ok<ListPage<QuarantineItem>>> List(string? next, int? limit, Caller caller, IGrainFactory grains) =>
        TypedResults.Ok(ListPage<QuarantineItem>.Of(await grains.Quarantine(caller.WorkspaceId).List(next, Lists.Limit(limit))));

    private static async Task<Ok<QuarantineSummary>> Summary(Caller caller, IGrainFactory grains) => TypedResults.Ok(await grains.Quarantine(caller.WorkspaceId).GetSummary());

    private static async Task<Ok<ListPage<UploadResource>>> ReplayPage(string? next, int? limit, Caller caller, IGrainFactory grains)
    {
        var page = await QuarantineReplay.Next(grains, caller.WorkspaceId, next, Lists.Limit(limit));
        return TypedResults.Ok(new ListPage<UploadResource>([.. page.Items.Select(UploadResource.Of)], page.Next));
    }

    private static async Task<Results<Ok<UploadResource>, ProblemHttpResult>> Replay(string id, Caller caller, IGrainFactory grains)
    {
        if (!RawEnvelope.IsId(id))
            return NotThere(id);
        var replayed = await grains.Ingestion(id).Replay(caller.WorkspaceId);
        return replayed.IsDone ? TypedResults.Ok(UploadResource.Of(replayed.Value)) : Problems.Of(replayed.Refusal!);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Discard(string id, Caller caller, IGrainFactory grains)
    {
        if (!RawEnvelope.IsId(id) || await grains.Ingestion(id).Get(caller.WorkspaceId) is not { Code: not null })
            return NotThere(id);
        await grains.Quarantine(caller.WorkspaceId).Discard(id);
        return TypedResults.NoContent();
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Raw(string id, Caller caller, IGrainFactory grains) =>
        RawEnvelope.IsId(id) && await grains.Ingestion(id).GetRaw(caller.WorkspaceId) is { } raw ? RawEnvelope.Of(raw, id) : NotThere(id);

    private static ProblemHttpResult NotThere(string id) => Problems.NotFound($"There is no {id} in this workspace.");
}
