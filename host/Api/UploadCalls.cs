using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>Upload of reports.</summary>
internal static class UploadCalls
{
    public static void MapUploads(this IEndpointRouteBuilder api) =>
        api.MapPost("/reports", Upload).WithTags("Reports")
            .WithSummary("Takes one raw report: a mail, JSON, gzip, zip or tar; what it is, is seen from its bytes. An mbox file (256 MiB) or a zip archive (10 MiB) of many, at most 1,000, is answered 207 with an item for each. Parts that cannot be read stand in quarantine; reason names them.")
            .Produces<UploadsResource>(StatusCodes.Status207MultiStatus)
            .AddOpenApiOperationTransformer((operation, _, _) => OpenApiText.TakesBytes(operation));

    private static async Task<Results<Ok<UploadResource>, JsonHttpResult<UploadsResource>, ProblemHttpResult>> Upload(HttpContext context, string? fileName, Caller caller, Uploads uploads)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Uploads.MaxMailboxBytes;
        var items = new List<UploadedItem>();
        await foreach (var item in uploads.TakeAsync(context.Request.Body, fileName, caller.WorkspaceId, caller.By, context.RequestAborted))
            items.Add(item);
        if (items.Find(item => item.IsUnavailable) is { } unavailable)
            return Problems.Unavailable(context, unavailable.Problem!);
        return items switch
        {
            [{ Id: null } refused] => refused.IsTooLarge
                ? Problems.Of(StatusCodes.Status413PayloadTooLarge, "too-large", refused.Problem!)
                : Problems.Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, refused.Problem!),
            [var one] => TypedResults.Ok(UploadResource.Of(one)),
            [] => Problems.Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, "The file holds no mail and no report."),
            _ => TypedResults.Json(UploadsResource.Of(items), statusCode: StatusCodes.Status207MultiStatus),
        };
    }
}

/// <summary>What became of an upload.</summary>
/// <param name="Outcome"><c>counted</c>, <c>duplicate</c>, <c>quarantined</c>, or <c>stored</c> when counting goes on after this answer.</param>
/// <param name="Mended">What was odd in it and put right.</param>
/// <param name="Reason">Why it, or a part of it, stands in quarantine.</param>
internal sealed record UploadResource(string Id, IngestionState Outcome, IReadOnlyList<string> Mended, string? Reason, IReadOnlyList<string> Domains)
{
    public static UploadResource Of(UploadedItem item) => new(item.Id!, item.State!.Value, item.Outcome?.Mended ?? [], item.Outcome?.Reason, item.Outcome?.Domains ?? []);

    public static UploadResource Of(IngestionOutcome outcome) => new(outcome.EnvelopeId, outcome.State, outcome.Mended, outcome.Reason, outcome.Domains);
}

/// <summary>What became of an upload of many.</summary>
/// <param name="Refused">Items that were not taken.</param>
internal sealed record UploadsResource(int Counted, int Duplicates, int Quarantined, int Refused, IReadOnlyList<UploadItemResource> Items)
{
    public static UploadsResource Of(IReadOnlyList<UploadedItem> items) => new(
        items.Count(item => item.State is IngestionState.Counted or IngestionState.Stored),
        items.Count(item => item.State is IngestionState.Duplicate),
        items.Count(item => item.State is IngestionState.Quarantined),
        items.Count(item => item.State is null),
        [.. items.Select(UploadItemResource.Of)]);
}

/// <summary>One of many.</summary>
/// <param name="FileName">The archive member or the file it was in.</param>
/// <param name="Id">Null when it was not taken.</param>
/// <param name="Outcome">Null when it was not taken.</param>
/// <param name="Reason">Why it, or a part of it, stands in quarantine, or why it was not taken.</param>
internal sealed record UploadItemResource(string? FileName, string? Id, IngestionState? Outcome, IReadOnlyList<string> Mended, string? Reason, IReadOnlyList<string> Domains)
{
    public static UploadItemResource Of(UploadedItem item) =>
        new(item.Name, item.Id, item.State, item.Outcome?.Mended ?? [], item.Problem ?? item.Outcome?.Reason, item.Outcome?.Domains ?? []);
}
