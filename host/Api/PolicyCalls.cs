using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>Policy versions.</summary>
internal static class PolicyCalls
{
    public static void MapPolicies(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/domains/{name}/policy").WithTags("Policy");
        policy.MapPut("/", Put).WithSummary("Sets the policy: served at once as a new version while hosting is on, else the draft that hosting starts with.");
        policy.MapGet("/", Get).WithSummary("The policy served, or the draft.");
        policy.MapGet("/versions", Versions).WithSummary("Every version there was, newest first.");
    }

    private static async Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Put(string name, NewPolicy body, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        if (!PolicyModes.TryParse(body.Mode, out var mode))
            return Problems.Invalid("mode", "The mode is one of none, testing, enforce.");
        if (body.MaxAge is not { } maxAge || maxAge is < 0 or > int.MaxValue)
            return Problems.Invalid("maxAge", $"Give maxAge in seconds, at most {Policy.MaxAgeLimit} (a year).");
        var put = await grains.Domain(view.Name).PutPolicy(caller.WorkspaceId, new PolicyContent(mode, body.Mx ?? [], (int)maxAge), caller.By, body.Reason);
        return put.IsDone ? await Get(name, caller, grains) : Problems.Of(put.Refusal!);
    }

    private static async Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Get(string name, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        return PolicyResource.Of(view) is { } policy ? TypedResults.Ok(policy) : Problems.NotFound($"{view.Name} has no policy yet. Set one with PUT.");
    }

    private static async Task<Results<Ok<ListPage<PolicyResource>>, ProblemHttpResult>> Versions(string name, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view || await grains.Domain(view.Name).GetVersions(caller.WorkspaceId) is not { } versions)
            return Problems.NoClaim(name);
        return TypedResults.Ok(ListPage<PolicyResource>.All([.. versions.OrderByDescending(version => version.Number).Select(version => PolicyResource.Of(version))]));
    }
}

/// <param name="Mode"><c>none</c>, <c>testing</c> or <c>enforce</c>.</param>
/// <param name="Mx">Host names or <c>*.</c> patterns.</param>
/// <param name="MaxAge">Seconds that senders keep the policy.</param>
/// <param name="Reason">Why, for the history; may be left out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewPolicy(string? Mode, IReadOnlyList<string>? Mx, long? MaxAge, string? Reason = null);
