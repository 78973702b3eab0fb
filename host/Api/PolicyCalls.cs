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
        policy.MapPut("/", Put).WithSummary("Sets the policy: served at once as a new version while hosting is on, else the draft that hosting starts with. What may lose mail is refused with needs-override.");
        policy.MapGet("/", Get).WithSummary("The policy served, or the draft.");
        policy.MapPost("/check", Check).WithSummary("What a PUT of this policy would say; changes nothing.");
        policy.MapGet("/versions", Versions).WithSummary("Every version there was, newest first.");
        policy.MapPost("/versions/{number}/restore", Restore).WithSummary("Makes an earlier version's content a new version.").AddOpenApiOperationTransformer((operation, _, _) => OpenApiText.MayOverride(operation));
    }

    private static Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Put(string name, NewPolicy body, Caller caller, IGrainFactory grains, TimeProvider clock) =>
        Take(name, caller, grains, clock, domain => Read(body, content => domain.PutPolicy(caller.WorkspaceId, content, caller.By, body.Reason, body.Override)));

    private static Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Restore(string name, int number, OverrideBody body, Caller caller, IGrainFactory grains, TimeProvider clock) =>
        Take(name, caller, grains, clock, domain => domain.RestorePolicy(caller.WorkspaceId, number, caller.By, body.Override));

    private static async Task<Results<Ok<ListPage<PolicyAdvice>>, ProblemHttpResult>> Check(string name, NewPolicy body, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        if (await Find(name, caller, grains, clock) is not { } view)
            return Problems.NoClaim(name);
        var check = await Read(body, content => grains.Domain(view.Name).CheckPolicy(caller.WorkspaceId, content));
        return check.IsDone ? TypedResults.Ok(ListPage<PolicyAdvice>.All(check.Value.Advice)) : Problems.Of(check.Refusal!);
    }

    private static async Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Take(string name, Caller caller, IGrainFactory grains, TimeProvider clock, Func<IDomainGrain, Task<CommandResult<PolicyTaken>>> command)
    {
        if (await Find(name, caller, grains, clock) is not { } view)
            return Problems.NoClaim(name);
        var domain = grains.Domain(view.Name);
        var taken = await command(domain);
        if (!taken.IsDone)
            return Problems.Of(taken.Refusal!);
        return await domain.GetView(caller.WorkspaceId) is { } after && PolicyResource.Of(after) is { } policy
            ? TypedResults.Ok(policy with { Advice = taken.Value.Advice })
            : Problems.NoClaim(name);
    }

    private static Task<CommandResult<PolicyTaken>> Read(NewPolicy body, Func<PolicyContent, Task<CommandResult<PolicyTaken>>> then)
    {
        if (!PolicyModes.TryParse(body.Mode, out var mode))
            return Refused("mode", "The mode is one of none, testing, enforce.");
        if (body.MaxAge is not { } maxAge || maxAge is < 0 or > int.MaxValue)
            return Refused("maxAge", $"Give maxAge in seconds, at most {Policy.MaxAgeLimit} (a year).");
        return then(new PolicyContent(mode, body.Mx ?? [], (int)maxAge));
    }

    private static Task<CommandResult<PolicyTaken>> Refused(string field, string message) =>
        Task.FromResult(new CommandResult<PolicyTaken>(null, new Refusal(RefusalCodes.Invalid, message, field)));

    private static async Task<DomainView?> Find(string name, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        var view = await ClaimedDomain.Find(grains, caller, name);
        if (view is not null)
            await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
        return view;
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
        var newestFirst = versions.OrderByDescending(version => version.Number).ToArray();
        return TypedResults.Ok(ListPage<PolicyResource>.All([.. newestFirst.Select((version, i) => PolicyResource.Of(version) with
        {
            Changes = i + 1 < newestFirst.Length ? PolicyChanges.Between(newestFirst[i + 1].Content, version.Content) : [],
        })]));
    }
}

/// <param name="Mode"><c>none</c>, <c>testing</c> or <c>enforce</c>.</param>
/// <param name="Mx">Host names or <c>*.</c> patterns.</param>
/// <param name="MaxAge">Seconds that senders keep the policy.</param>
/// <param name="Reason">Why, for the history; may be left out.</param>
/// <param name="Override">Take it in spite of advice that needs an override.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewPolicy(string? Mode, IReadOnlyList<string>? Mx, long? MaxAge, string? Reason = null, bool Override = false);
