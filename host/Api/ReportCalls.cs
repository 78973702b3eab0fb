using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Host.Export;

namespace MtaSts.Host.Api;

/// <summary>Single reports.</summary>
internal static class ReportCalls
{
    /// <summary>Names of verdicts, as in responses.</summary>
    private static readonly Dictionary<string, DkimVerdict> VerdictNames =
        Enum.GetValues<DkimVerdict>().ToDictionary(verdict => JsonNamingPolicy.CamelCase.ConvertName(verdict.ToString()), StringComparer.Ordinal);

    public static void MapReports(this IEndpointRouteBuilder api)
    {
        var reports = api.MapGroup("/domains/{name}/reports").WithTags("Reports");
        reports.MapGet("/", List).Needs(Permissions.ReportsRead).WithSummary("Counted reports, newest first; with dkim only those with these verdicts.")
            .WithDescription("organization: a part of the sender's name. failures=true: those with a failed session. unsigned=true: those neither signed by their submitter nor uploaded by a member. excluded=true: those that are excluded from the scorecard. network, submitter, signedBy, source, token: those with this value. "
                + "from and to: UTC days of the reports' start. A page may be short, or empty, and still have \"next\".");
        reports.MapGet("/export", Export).Needs(Permissions.ReportsRead).WithSummary("The list of counted reports by day as a file: csv or jsonl.").WithDescription(Exports.ReportsText)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/jsonl");
        reports.MapPost("/exclusions", ExcludeMany).Needs(Permissions.ReportsWrite).WithSummary("Excludes all reports that match a filter from the scorecard, or counts them again.")
            .WithDescription("exclude=true needs a reason; exclude=false counts the reports again. At least one of organization, verified, network, submitter, signedBy, source, token, from and to is required. It applies to the reports received so far: later reports are counted. "
                + "verified: signed by their submitter (or uploaded by a member), or not. network: of the sending host, as in the list. outOfReach: reports of these days whose details the plan no longer keeps; they are not changed. "
                + "replaced: reports that stay excluded because another one of the same submitter, report-id, domain and range is counted. isRecounting: the counts of a large day follow within minutes. The call may be repeated.");
        reports.MapPut("/{id}/exclusion", async (string name, string id, ExclusionBody body, Caller caller, ReportCommands commands) => (await commands.Exclude(caller.Actor, name, new ReportFilter { Envelope = id }, body.Reason)).Ok(ExclusionOutcomeResource.Of))
            .Needs(Permissions.ReportsWrite).WithSummary("Excludes a report from the scorecard. It stays in the list, and can be counted again.");
        reports.MapDelete("/{id}/exclusion", async (string name, string id, Caller caller, ReportCommands commands) => (await commands.CountAgain(caller.Actor, name, new ReportFilter { Envelope = id })).Ok(ExclusionOutcomeResource.Of))
            .Needs(Permissions.ReportsWrite).WithSummary("Counts an excluded report again.");
        reports.MapGet("/{id}", async (string name, string id, Caller caller, ReportQueries queries) => (await queries.Get(caller.Actor, name, id)).Ok(ReportResource.Of))
            .Needs(Permissions.ReportsRead).WithSummary("A report, decoded.");
        reports.MapGet("/{id}/raw", Raw).Needs(Permissions.ReportsRead).WithSummary("The envelope, byte for byte as received.").Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet);
    }

    private static async Task<Results<Ok<ListPage<ReportEntryResource>>, ProblemHttpResult>> List(
        string name, string? next, int? limit, string? dkim, string? organization, bool? failures, bool? unsigned, bool? excluded, string? network, string? submitter, string? signedBy, string? source, string? token,
        DateOnly? from, DateOnly? to, Caller caller, ReportQueries reports)
    {
        if (Verdicts(dkim) is not { } verdicts)
            return Problems.Invalid("dkim", $"dkim must be one or more of {string.Join(", ", VerdictNames.Keys)}, separated by commas.");
        var filter = new ReportFilter { Verdicts = verdicts, Organization = organization, OnlyFailures = failures ?? false, OnlyUnsigned = unsigned ?? false, IsExcluded = excluded, Network = network, Submitter = submitter, SignedBy = signedBy, Source = source, Token = token, From = from, To = to };
        return (await reports.List(caller.Actor, name, filter, next, Answers.Limit(limit))).OkPage(ReportEntryResource.Of);
    }

    private static async Task<IResult> Export(string name, DateOnly? from, DateOnly? to, string? format, Caller caller, ReportQueries reports)
    {
        if (ExportFormats.Of(format) is not { } kind)
            return Problems.Invalid("format", ExportFormats.Problem);
        var days = await reports.Export(caller.Actor, name, from, to);
        return days.IsDone ? Exports.Reports(days.Value, kind) : Problems.Of(days.Refusal!);
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Raw(string name, string id, Caller caller, ReportQueries reports) =>
        await reports.Raw(caller.Actor, name, id) is var raw && raw.IsDone ? RawDownload.Of(raw.Value) : Problems.Of(raw.Refusal!);

    private static async Task<Results<Ok<ExclusionOutcomeResource>, ProblemHttpResult>> ExcludeMany(string name, ExclusionsBody body, Caller caller, ReportCommands commands) =>
        body.Exclude is not { } exclude ? Problems.Of(new Refusal(RefusalCodes.Invalid, "State exclude: true excludes the reports, false counts them again.", "exclude"))
        : (exclude ? await commands.Exclude(caller.Actor, name, body.ToFilter(), body.Reason) : await commands.CountAgain(caller.Actor, name, body.ToFilter())).Ok(ExclusionOutcomeResource.Of);

    /// <summary>Null: a name is not a verdict.</summary>
    private static IReadOnlyList<DkimVerdict>? Verdicts(string? dkim)
    {
        var words = (dkim ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return words.All(VerdictNames.ContainsKey) ? [.. words.Select(word => VerdictNames[word]).Distinct()] : null;
    }
}

/// <param name="Reason">Reason for the exclusion, shown to other members.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExclusionBody(string? Reason);

/// <param name="Exclude">False: counts them again.</param>
/// <param name="Verified">Signed by their submitter or uploaded by a member; false: neither.</param>
/// <param name="Network">Network of the host that delivered them: <c>192.0.2.0/24</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExclusionsBody(
    bool? Exclude,
    string? Reason,
    string? Organization,
    bool? Verified,
    string? Network,
    string? Submitter,
    string? SignedBy,
    string? Source,
    string? Token,
    DateOnly? From,
    DateOnly? To)
{
    public ReportFilter ToFilter() => new()
    {
        Organization = Organization,
        OnlyUnsigned = Verified == false,
        OnlyVouchedFor = Verified == true,
        Network = Network,
        Submitter = Submitter,
        SignedBy = SignedBy,
        Source = Source,
        Token = Token,
        From = From,
        To = To,
    };
}
