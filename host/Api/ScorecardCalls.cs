using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>What senders have seen, in numbers.</summary>
internal static class ScorecardCalls
{
    /// <summary>Days shown when the caller does not say.</summary>
    private const int DefaultDays = 30;

    public static void MapScorecards(this IEndpointRouteBuilder api) =>
        api.MapGet("/domains/{name}/scorecard", Get).WithTags("Scorecard").WithSummary("Counts over UTC days, from and to included; the last 30 days when not said.");

    private static async Task<Results<Ok<ScorecardView>, ProblemHttpResult>> Get(string name, DateOnly? from, DateOnly? to, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        var now = clock.GetUtcNow();
        var last = to ?? from?.AddDays(DefaultDays - 1) ?? DateOnly.FromDateTime(now.UtcDateTime);
        var first = from ?? last.AddDays(1 - DefaultDays);
        if (last < first || last.DayNumber - first.DayNumber >= ScorecardQuery.MaxDays)
            return Problems.Invalid("from", $"from must not lie after to, and the range spans at most {ScorecardQuery.MaxDays} days.");
        return TypedResults.Ok(await ScorecardQuery.Load(grains, caller.WorkspaceId, view.Name, first, last, now));
    }
}
