using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Export;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Api;

/// <summary>What senders have seen, in numbers.</summary>
internal static class ScorecardCalls
{
    public static void MapScorecards(this IEndpointRouteBuilder api)
    {
        api.MapGet("/domains/{name}/scorecard", Get).WithTags("Scorecard").WithSummary("Counts over UTC days, from and to included; the last 30 days when not said.");
        api.MapGet("/domains/{name}/scorecard/export", Export).WithTags("Scorecard").WithSummary("The scorecard's rows by day as a file: csv or jsonl.").WithDescription(Exports.ScorecardText)
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/jsonl");
        api.MapGet("/scorecard/explanations", Explain).WithTags("Scorecard").WithSummary("What result types and the reasons senders give mean, who probably caused them, what to do, and how they look in a bounce.");
    }

    private static async Task<Results<Ok<ScorecardView>, ProblemHttpResult>> Get(string name, DateOnly? from, DateOnly? to, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        var now = clock.GetUtcNow();
        return DayRange.Of(from, to, ScorecardQuery.MaxDays, now) is { } range
            ? TypedResults.Ok((await ScorecardQuery.Load(grains, caller.WorkspaceId, view.Name, range.From, range.To, now)).For(view))
            : Problems.Invalid("from", $"from must not lie after to, and the range spans at most {ScorecardQuery.MaxDays} days.");
    }

    private static async Task<IResult> Export(string name, DateOnly? from, DateOnly? to, string? format, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        if (ExportFormats.Of(format) is not { } kind)
            return Problems.Invalid("format", ExportFormats.Problem);
        return DayRange.Of(from, to, DayRange.MaxExportDays, clock.GetUtcNow()) is { } range
            ? Exports.Scorecard(grains, caller.WorkspaceId, view.Name, range.From, range.To, kind)
            : Problems.Invalid("from", $"from must not lie after to, and the range spans at most {DayRange.MaxExportDays} days.");
    }

    private static Ok<ExplanationsResource> Explain() => TypedResults.Ok(new ExplanationsResource(Explanations.ResultTypes, Explanations.Reasons));
}

/// <param name="ResultTypes">Those of RFC 8460, and <c>unknown</c> for any other.</param>
/// <param name="Reasons">What is recognised in <c>failure-reason-code</c>.</param>
internal sealed record ExplanationsResource(IReadOnlyList<Explanation> ResultTypes, IReadOnlyList<Explanation> Reasons);
