using MtaSts.Application;
using MtaSts.Application.Reports;
using MtaSts.Host.Export;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Api;

/// <summary>Counts from senders' reports.</summary>
internal static class ScorecardCalls
{
    public static void MapScorecards(this IEndpointRouteBuilder api)
    {
        api.MapGet("/domains/{name}/scorecard", async (string name, DateOnly? from, DateOnly? to, Caller caller, ScorecardQueries scorecards) => (await scorecards.Load(caller.Actor, name, from, to)).Ok(ScorecardResource.Of))
            .Needs(Permissions.ReportsRead).WithTags("Scorecard").WithSummary("Counts over UTC days, from and to included; the last 30 days by default.");
        api.MapGet("/domains/{name}/scorecard/export", Export).Needs(Permissions.ReportsRead).WithTags("Scorecard").WithSummary("The scorecard's rows by day as a file: csv or jsonl.").WithDescription(Exports.ScorecardText)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/jsonl");
        api.MapGet("/scorecard/explanations", () => TypedResults.Ok(new ExplanationsResource([.. Explanations.ResultTypes.Select(ExplanationResource.Of)], [.. Explanations.Reasons.Select(ExplanationResource.Of)])))
            .Needs(Permissions.ReportsRead).WithTags("Scorecard").WithSummary("The meaning of result types and of the reasons that senders give, the probable cause, what to do, and the corresponding text of a bounce.");
    }

    private static async Task<IResult> Export(string name, DateOnly? from, DateOnly? to, string? format, Caller caller, ScorecardQueries scorecards)
    {
        if (ExportFormats.Of(format) is not { } kind)
            return Problems.Invalid("format", ExportFormats.Problem);
        var days = await scorecards.Export(caller.Actor, name, from, to);
        return days.IsDone ? Exports.Scorecard(days.Value, kind) : Problems.Of(days.Refusal!);
    }
}

/// <param name="ResultTypes">Those of RFC 8460, and <c>unknown</c> for any other.</param>
/// <param name="Reasons">The recognised values of <c>failure-reason-code</c>.</param>
internal sealed record ExplanationsResource(IReadOnlyList<ExplanationResource> ResultTypes, IReadOnlyList<ExplanationResource> Reasons);
