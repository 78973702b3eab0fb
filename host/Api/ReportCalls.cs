using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Export;

namespace MtaSts.Host.Api;

/// <summary>Single reports.</summary>
internal static class ReportCalls
{
    /// <summary>As verdicts are written in answers.</summary>
    private static readonly Dictionary<string, DkimVerdict> VerdictNames =
        Enum.GetValues<DkimVerdict>().ToDictionary(verdict => JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString()), StringComparer.Ordinal);

    public static void MapReports(this IEndpointRouteBuilder api)
    {
        var reports = api.MapGroup("/domains/{name}/reports").WithTags("Reports");
        reports.MapGet("/", List).WithSummary("Counted reports, newest first; with dkim those of these verdicts only.")
            .WithDescription("organization: a part of the sender's name. failures=true: those with a failed session. unsigned=true: those neither signed by their submitter nor uploaded by a member. excluded=true: those that are excluded from the scorecard. network, submitter, signedBy, source, token: those with this value. "
                + "from and to: UTC days of the reports' start. A page may be short, or empty, and still have \"next\".");
        reports.MapGet("/export", Export).WithSummary("The list of counted reports by day as a file: csv or jsonl.").WithDescription(Exports.ReportsText)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/jsonl");
        reports.MapPost("/exclusions", ExcludeMany).WithSummary("Excludes all reports that match a filter from the scorecard, or counts them again.")
            .WithDescription("exclude=true needs a reason; exclude=false counts the reports again. At least one of organization, verified, network, submitter, signedBy, source, token, from and to is required. It applies to the reports that are there: those that come later are counted. "
                + "verified: signed by their submitter (or uploaded by a member), or not. network: of the host that handed them over, as in the list. outOfReach: reports of these days whose details the plan no longer keeps; they are not changed. "
                + "replaced: reports that stay excluded because another one of the same submitter, report-id, domain and range is counted. isRecounting: the counts of a large day follow within minutes. The call may be repeated.");
        reports.MapPut("/{id}/exclusion", Exclude).WithSummary("Excludes a report from the scorecard. It stays in the list, and can be counted again.");
        reports.MapDelete("/{id}/exclusion", TakeBack).WithSummary("Counts an excluded report again.");
        reports.MapGet("/{id}", Get).WithSummary("A report, decoded.");
        reports.MapGet("/{id}/raw", Raw).WithSummary("The envelope byte for byte as it came.").Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet);
    }

    private static async Task<Results<Ok<ListPage<ReportEntry>>, ProblemHttpResult>> List(
        string name, string? next, int? limit, string? dkim, string? organization, bool? failures, bool? unsigned, bool? excluded, string? network, string? submitter, string? signedBy, string? source, string? token,
        DateOnly? from, DateOnly? to, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        if (Verdicts(dkim) is not { } verdicts)
            return Problems.Invalid("dkim", $"dkim takes one or more of {string.Join(", ", VerdictNames.Keys)}, with commas between.");
        if (to < from)
            return Problems.Invalid("from", "from must not be after to.");
        var filter = new ReportFilter { Verdicts = verdicts, Organization = organization, OnlyFailures = failures ?? false, OnlyUnsigned = unsigned ?? false, IsExcluded = excluded, Network = network, Submitter = submitter, SignedBy = signedBy, Source = source, Token = token, From = from, To = to };
        return TypedResults.Ok(ListPage<ReportEntry>.Of(await ReportLists.Load(grains, caller.WorkspaceId, view.Name, filter, next, Lists.Limit(limit))));
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

    private static async Task<Results<Ok<ExclusionOutcome>, ProblemHttpResult>> Exclude(string name, string id, ExclusionBody body, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (body.Problem is { } problem)
            return problem;
        return await Find(name, id, caller, grains) is null ? NoReport(name, id)
            : TypedResults.Ok(await ReportExclusions.Apply(grains, caller.WorkspaceId, ClaimedDomain.Name(name)!, new ReportFilter { Envelope = id }, body.ToExclusion(caller, clock)));
    }

    private static async Task<Results<Ok<ExclusionOutcome>, ProblemHttpResult>> TakeBack(string name, string id, Caller caller, IGrainFactory grains) =>
        await Find(name, id, caller, grains) is null ? NoReport(name, id)
            : TypedResults.Ok(await ReportExclusions.Apply(grains, caller.WorkspaceId, ClaimedDomain.Name(name)!, new ReportFilter { Envelope = id }, null));

    private static async Task<Results<Ok<ExclusionOutcome>, ProblemHttpResult>> ExcludeMany(string name, ExclusionsBody body, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        var order = new ExclusionBody(body.Reason);
        if (body.Exclude && order.Problem is { } problem)
            return problem;
        var filter = body.ToFilter();
        if (filter.TakesAll && filter is { From: null, To: null })
            return Problems.Invalid("organization", "Name at least one of organization, verified, network, submitter, signedBy, source, token, from and to.");
        if (body.To < body.From)
            return Problems.Invalid("from", "from must not be after to.");
        return TypedResults.Ok(await ReportExclusions.Apply(grains, caller.WorkspaceId, view.Name, filter, body.Exclude ? order.ToExclusion(caller, clock) : null));
    }

    private static async Task<EnvelopeView?> Find(string name, string id, Caller caller, IGrainFactory grains) =>
        RawEnvelope.IsId(id)
        && await ClaimedDomain.Find(grains, caller, name) is { } view
        && await grains.Ingestion(id).Get(caller.WorkspaceId) is { } envelope
        && envelope.Outcome.Domains.Contains(view.Name)
            ? envelope
            : null;

    /// <summary>Null: there is a word that is no verdict.</summary>
    private static IReadOnlyList<DkimVerdict>? Verdicts(string? dkim)
    {
        var words = (dkim ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.All(VerdictNames.ContainsKey) ? [.. words.Select(word => VerdictNames[word]).Distinct()] : null;
    }

    private static ProblemHttpResult NoReport(string name, string id) => Problems.NotFound($"{name} has no report {id} in this workspace.");
}

/// <summary>An envelope and the reports in it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="HasRaw">False: the bytes are older than the plan keeps them.</param>
/// <param name="AddressedTo">The domain whose report address it was sent to.</param>
/// <param name="Dkim">What its signatures are worth.</param>
/// <param name="Reports">RFC 8460 §4.4, normalised.</param>
internal sealed record ReportResource(
    string Id,
    string Source,
    DateTimeOffset ReceivedAt,
    int Size,
    string? Peer,
    string? FileName,
    bool HasRaw,
    string? AddressedTo,
    string? Token,
    DkimFinding Dkim,
    IngestionState Outcome,
    IReadOnlyList<string> Mended,
    IReadOnlyList<string> Domains,
    IReadOnlyList<JsonNode> Reports)
{
    public static ReportResource Of(EnvelopeView view) =>
        new(view.Id, view.Source, view.ReceivedAt, view.Size, view.Peer, view.FileName, view.HasRaw, view.AddressedTo, view.Token, view.Dkim, view.Outcome.State, view.Outcome.Mended, view.Outcome.Domains, [.. view.ReportsJson.Select(json => JsonNode.Parse(json)!)]);
}
