using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Api;

/// <summary>Upload of reports.</summary>
internal static class UploadCalls
{
    private const int MiB = 1024 * 1024;

    private static readonly string Summary = string.Create(CultureInfo.InvariantCulture,
        $"Uploads a report: a mail, JSON, gzip, zip or tar; the format is detected from the content. An mbox file (up to {Uploads.MaxMailboxBytes / MiB} MiB) or a zip archive (up to {Envelope.MaxBytes / MiB} MiB) may contain up to {Uploads.MaxItems:N0} reports. With more than one report the status is 207, with an item for each. Parts that cannot be read are quarantined; reason names them. After 503 send the whole file again: a report is counted only once.");

    public static void MapUploads(this IEndpointRouteBuilder api) =>
        api.MapPost("/reports", Upload).Needs(Permissions.ReportsWrite).WithTags("Reports")
            .WithSummary(Summary)
            .Produces<UploadsResource>(StatusCodes.Status207MultiStatus)
            .AddOpenApiOperationTransformer((operation, _, _) => OpenApiText.TakesBytes(operation));

    private static async Task<Results<Ok<UploadResource>, JsonHttpResult<UploadsResource>, ProblemHttpResult>> Upload(HttpContext context, string? fileName, Caller caller, Uploads uploads)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Uploads.MaxMailboxBytes;
        var taken = uploads.Accept(caller.Actor, context.Request.Body, fileName, context.RequestAborted);
        if (!taken.IsDone)
            return Problems.Of(taken.Refusal!);
        var items = await taken.Value.ToListAsync(context.RequestAborted);
        if (items.Find(item => item.IsUnavailable) is { } unavailable)
            return Problems.Unavailable(context, unavailable.Problem!);
        return items switch
        {
            [{ Id: null } refused] => refused.IsTooLarge
                ? Problems.Of(StatusCodes.Status413PayloadTooLarge, "too-large", refused.Problem!)
                : Problems.Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, refused.Problem!),
            [var one] => TypedResults.Ok(UploadResource.Of(one)),
            [] => Problems.Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, "The file contains no mail and no report."),
            _ => TypedResults.Json(UploadsResource.Of(items), statusCode: StatusCodes.Status207MultiStatus),
        };
    }
}

/// <summary>Result of an upload.</summary>
/// <param name="Outcome"><c>counted</c>, <c>duplicate</c>, <c>quarantined</c>, or <c>stored</c> if it is counted after this response.</param>
/// <param name="Mended">Irregularities that were corrected.</param>
/// <param name="Reason">Why the report or a part of it is in quarantine, or could not be counted.</param>
internal sealed record UploadResource(string Id, IngestionState Outcome, IReadOnlyList<string> Mended, string? Reason, IReadOnlyList<string> Domains)
{
    public static UploadResource Of(UploadedItem item) => new(item.Id!, item.State!.Value, item.Outcome?.Mended ?? [], item.Problem ?? item.Outcome?.Reason, item.Outcome?.Domains ?? []);

    public static UploadResource Of(IngestionOutcome outcome) => new(outcome.EnvelopeId, outcome.State, outcome.Mended, outcome.Reason, outcome.Domains);
}

/// <summary>Result of an upload of several reports.</summary>
/// <param name="Refused">Items that were not accepted.</param>
internal sealed record UploadsResource(int Counted, int Duplicates, int Quarantined, int Refused, IReadOnlyList<UploadItemResource> Items)
{
    public static UploadsResource Of(IReadOnlyList<UploadedItem> items) => new(
        items.Count(item => item.State is IngestionState.Counted or IngestionState.Stored),
        items.Count(item => item.State is IngestionState.Duplicate),
        items.Count(item => item.State is IngestionState.Quarantined),
        items.Count(item => item.State is null),
        [.. items.Select(UploadItemResource.Of)]);
}

/// <summary>The result of one report of an upload of several.</summary>
/// <param name="FileName">The archive member or the file it was in.</param>
/// <param name="Id">Null when it was not accepted.</param>
/// <param name="Outcome">Null when it was not accepted.</param>
/// <param name="Reason">Why the report or a part of it is in quarantine, could not be counted, or was not accepted.</param>
internal sealed record UploadItemResource(string? FileName, string? Id, IngestionState? Outcome, IReadOnlyList<string> Mended, string? Reason, IReadOnlyList<string> Domains)
{
    public static UploadItemResource Of(UploadedItem item) =>
        new(item.Name, item.Id, item.State, item.Outcome?.Mended ?? [], item.Problem ?? item.Outcome?.Reason, item.Outcome?.Domains ?? []);
}
