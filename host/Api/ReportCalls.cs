using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Export;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Api;

/// <summary>Single reports, and their upload.</summary>
internal static class ReportCalls
{
    private const string Source = "source.upload";
    private const int Chunk = 64 * 1024;

    /// <summary>Longest file name that is kept.</summary>
    private const int MaxFileName = 255;

    public static void MapReports(this IEndpointRouteBuilder api)
    {
        api.MapPost("/reports", Upload).WithTags("Reports").WithSummary("Takes one raw report: a mail, JSON, gzip or zip; what it is, is seen from its bytes.")
            .AddOpenApiOperationTransformer((operation, _, _) => OpenApiText.TakesBytes(operation));
        var reports = api.MapGroup("/domains/{name}/reports").WithTags("Reports");
        reports.MapGet("/", List).WithSummary("Counted reports, newest first.");
        reports.MapGet("/export", Export).WithSummary("The list of counted reports by day as a file: csv or jsonl.").Produces<string>(StatusCodes.Status200OK, "text/csv", "application/jsonl");
        reports.MapGet("/{id}", Get).WithSummary("A report, decoded.");
        reports.MapGet("/{id}/raw", Raw).WithSummary("The envelope byte for byte as it came.").Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet);
    }

    private static async Task<Results<Ok<UploadResource>, ProblemHttpResult>> Upload(HttpContext context, string? fileName, Caller caller, IReportInbox inbox, IGrainFactory grains, TimeProvider clock)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Envelope.MaxBytes;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, Chunk, context.RequestAborted);
        var name = fileName is { Length: > MaxFileName } ? fileName[..MaxFileName] : fileName;
        var envelope = new Envelope(Source, clock.GetUtcNow(), body.ToArray(), null, caller.WorkspaceId, caller.By, name);
        return await inbox.AcceptAsync(envelope, CancellationToken.None) switch
        {
            Receipt.Stored stored => TypedResults.Ok(UploadResource.Of(stored.Id, await grains.Ingestion(stored.Id).Complete(), stored.IsNew)),
            Receipt.Refused refused => Problems.Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, refused.Reason),
            Receipt.Unavailable unavailable => Problems.Unavailable(context, unavailable.Reason + " Send it again."),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    private static async Task<Results<Ok<ListPage<ReportEntry>>, ProblemHttpResult>> List(string name, string? next, int? limit, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        return TypedResults.Ok(ListPage<ReportEntry>.Of(await ScorecardQuery.ListReports(grains, caller.WorkspaceId, view.Name, next, Lists.Limit(limit))));
    }

    private static async Task<IResult> Export(string name, DateOnly? from, DateOnly? to, string? format, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        if (ExportFormats.Of(format) is not { } kind)
            return Problems.Invalid("format", ExportFormats.Problem);
        return DayRange.Of(from, to, DayRange.MaxExportDays, clock.GetUtcNow()) is { } range
            ? Exports.Reports(grains, caller.WorkspaceId, view.Name, range.From, range.To, kind)
            : Problems.Invalid("from", $"from must not lie after to, and the range spans at most {DayRange.MaxExportDays} days.");
    }

    private static async Task<Results<Ok<ReportResource>, ProblemHttpResult>> Get(string name, string id, Caller caller, IGrainFactory grains) =>
        await Find(name, id, caller, grains) is { } envelope ? TypedResults.Ok(ReportResource.Of(envelope)) : NoReport(name, id);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Raw(string name, string id, Caller caller, IGrainFactory grains) =>
        await Find(name, id, caller, grains) is not { } envelope ? NoReport(name, id)
        : await grains.Ingestion(id).GetRaw(caller.WorkspaceId) is { } raw ? RawEnvelope.Of(raw, id)
        : Problems.NotFound($"The bytes of {envelope.Id} are older than the plan keeps them. The report as it was read is still there.");

    private static async Task<EnvelopeView?> Find(string name, string id, Caller caller, IGrainFactory grains) =>
        RawEnvelope.IsId(id)
        && await ClaimedDomain.Find(grains, caller, name) is { } view
        && await grains.Ingestion(id).Get(caller.WorkspaceId) is { } envelope
        && envelope.Outcome.Domains.Contains(view.Name)
            ? envelope
            : null;

    private static ProblemHttpResult NoReport(string name, string id) => Problems.NotFound($"{name} has no report {id} in this workspace.");
}

/// <summary>What became of an upload.</summary>
/// <param name="Outcome"><c>counted</c>, <c>duplicate</c>, <c>quarantined</c>, or <c>stored</c> when counting goes on after this answer.</param>
/// <param name="Mended">What was odd in it and put right.</param>
/// <param name="Reason">Why it stands in quarantine.</param>
internal sealed record UploadResource(string Id, IngestionState Outcome, IReadOnlyList<string> Mended, string? Reason, IReadOnlyList<string> Domains)
{
    public static UploadResource Of(string id, IngestionOutcome? outcome, bool isNew = true) => outcome is null
        ? new(id, IngestionState.Stored, [], null, [])
        : new(id, !isNew && outcome.State == IngestionState.Counted ? IngestionState.Duplicate : outcome.State, outcome.Mended, outcome.Reason, outcome.Domains);
}

/// <summary>An envelope and the reports in it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="HasRaw">False: the bytes are older than the plan keeps them.</param>
/// <param name="Reports">RFC 8460 §4.4, normalised.</param>
internal sealed record ReportResource(
    string Id,
    string Source,
    DateTimeOffset ReceivedAt,
    int Size,
    string? Peer,
    string? FileName,
    bool HasRaw,
    IngestionState Outcome,
    IReadOnlyList<string> Mended,
    IReadOnlyList<string> Domains,
    IReadOnlyList<JsonNode> Reports)
{
    public static ReportResource Of(EnvelopeView view) =>
        new(view.Id, view.Source, view.ReceivedAt, view.Size, view.Peer, view.FileName, view.HasRaw, view.Outcome.State, view.Outcome.Mended, view.Outcome.Domains, [.. view.ReportsJson.Select(json => JsonNode.Parse(json)!)]);
}
