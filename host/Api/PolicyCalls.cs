using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Domains;
using MtaSts.Application.Policies;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>Policy versions.</summary>
internal static class PolicyCalls
{
    public static void MapPolicies(this IEndpointRouteBuilder api)
    {
        var policy = api.MapGroup("/domains/{name}/policy").WithTags("Policy");
        policy.MapPut("/", Put).Needs(Permissions.PolicyWrite)
            .WithSummary("Sets the policy: while hosting is on, it is served at once as a new version; otherwise it is the draft that hosting starts with. A change that could lose mail is refused with needs-override.")
            .WithDescription("A policy in testing that begins to enforce before it meets the conditions of GET /domains/{name}/readiness is refused with not-ready. To override this, a reason is required.");
        policy.MapGet("/", Get).Needs(Permissions.DomainsRead).WithSummary("The policy served, or the draft.");
        policy.MapPost("/check", Check).Needs(Permissions.DomainsRead).WithSummary("The result that a PUT of this policy would have. Changes nothing.");
        policy.MapGet("/versions", async (string name, Caller caller, PolicyQueries policies) => (await policies.History(caller.Actor, name)).OkList(entry => PolicyResource.Of(entry.Version) with { Changes = entry.Changes }))
            .Needs(Permissions.DomainsRead).WithSummary("All versions, newest first.");
        policy.MapPost("/versions/{number}/restore", async (string name, int number, RestoreBody? body, Caller caller, PolicyCommands policies) => Taken(await policies.Restore(caller.Actor, name, number, body?.Reason, Consent(body?.Override))))
            .Needs(Permissions.PolicyWrite).WithSummary("Restores an earlier version as a new version.");
        var rollout = api.MapGroup("/domains/{name}/rollout").WithTags("Policy");
        rollout.MapGet("/", async (string name, Caller caller, Rollouts rollouts) => (await rollouts.Find(caller.Actor, name)).Ok(RolloutResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The automatic changes of the policy's mode, the announced one, and whether an enforced policy should go back to testing.")
            .WithDescription("Also needs alerts.read.");
        rollout.MapPut("/", Choose).Needs(Permissions.PolicyWrite).WithSummary("Chooses which changes of the mode the service makes by itself.")
            .WithDescription("Also needs alerts.read. enforce: false withdraws an announced change. back: an attacker who can disturb TLS at the MX host and whose failures senders report can bring the policy back to testing; choose it only if delivery matters more than protection.");
    }

    private static async Task<Results<Ok<RolloutResource>, ProblemHttpResult>> Choose(string name, NewRollout body, Caller caller, Rollouts rollouts) =>
        body is { Enforce: { } enforce, Back: { } back }
            ? (await rollouts.Choose(caller.Actor, name, new RolloutChoice(enforce, back))).Ok(RolloutResource.Of)
            : Problems.Of(new Refusal(RefusalCodes.Invalid, "State both enforce and back: true or false.", body.Enforce is null ? "enforce" : "back"));

    private static async Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Put(string name, NewPolicy body, Caller caller, PolicyCommands policies) =>
        Read(body) is var content && content.IsDone ? Taken(await policies.Put(caller.Actor, name, content.Value, body.Reason, Consent(body.Override))) : Problems.Of(content.Refusal!);

    private static async Task<Results<Ok<ListPage<PolicyAdviceResource>>, ProblemHttpResult>> Check(string name, NewPolicy body, Caller caller, PolicyQueries policies) =>
        Read(body) is var content && content.IsDone
            ? (await policies.Advise(caller.Actor, name, content.Value)).Ok(taken => new ListPage<PolicyAdviceResource>([.. taken.Advice.Select(PolicyAdviceResource.Of)], null))
            : Problems.Of(content.Refusal!);

    private static async Task<Results<Ok<PolicyResource>, ProblemHttpResult>> Get(string name, Caller caller, DomainQueries domains)
    {
        var view = await domains.Find(caller.Actor, name);
        return !view.IsDone ? Problems.Of(view.Refusal!)
            : PolicyResource.Of(view.Value) is { } policy ? TypedResults.Ok(policy) : Problems.NotFound($"{view.Value.Name} has no policy yet. Set one with PUT.");
    }

    private static Results<Ok<PolicyResource>, ProblemHttpResult> Taken(CommandResult<PolicyChanged> changed) =>
        changed.Ok(taken => PolicyResource.Of(taken.Domain)! with { Advice = [.. taken.Advice.Select(PolicyAdviceResource.Of)] });

    /// <summary>API calls need no confirmation for a policy in enforce mode.</summary>
    private static PolicyConsent Consent(bool? isOverridden) => isOverridden is true ? PolicyConsent.Override : PolicyConsent.Enforcing;

    private static CommandResult<PolicyContent> Read(NewPolicy body) =>
        !PolicyModes.TryParse(body.Mode, out var mode) ? new Refusal(RefusalCodes.Invalid, "mode must be none, testing or enforce.", "mode")
        : body.MaxAge is not { } maxAge || maxAge is < 0 or > int.MaxValue ? new Refusal(RefusalCodes.Invalid, $"maxAge must be a number of seconds, at most {Policy.MaxAgeLimit} (one year).", "maxAge")
        : new PolicyContent(mode, body.Mx ?? [], (int)maxAge);
}

/// <param name="Mode"><c>none</c>, <c>testing</c> or <c>enforce</c>.</param>
/// <param name="Mx">Host names or <c>*.</c> patterns.</param>
/// <param name="MaxAge">Seconds for which senders cache the policy.</param>
/// <param name="Reason">Reason of the change, for the history; required to enforce a policy that is not ready, otherwise optional.</param>
/// <param name="Override">Accept the policy despite advice that needs an override.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewPolicy(string? Mode, IReadOnlyList<string>? Mx, long? MaxAge, string? Reason = null, bool Override = false);

/// <param name="Override">Restore the version despite advice that needs an override.</param>
/// <param name="Reason">Reason of the change, for the history; required to enforce a policy that is not ready.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RestoreBody(bool Override = false, string? Reason = null);
