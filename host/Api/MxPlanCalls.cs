using System.Text.Json.Serialization;
using MtaSts.Application;
using MtaSts.Application.MxPlans;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>The planned change of a domain's MX hosts.</summary>
internal static class MxPlanCalls
{
    public static void MapMxPlans(this IEndpointRouteBuilder api)
    {
        var plan = api.MapGroup("/domains/{name}/mx-plan").WithTags("MX change plan");
        plan.MapGet("/", async (string name, Caller caller, MxPlanQueries plans) => (await plans.Get(caller.Actor, name)).Ok(MxPlanResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The planned change of MX hosts: each step with its state and date. Without a plan, mx and steps are empty.")
            .WithDescription("Steps are ticked by what the checks see. A step that can be taken with a new policy has it in proposed: send it to PUT /domains/{name}/policy.");
        plan.MapPut("/", async (string name, NewMxPlan body, Caller caller, MxPlanCommands plans) => (await plans.Put(caller.Actor, name, body.Mx ?? [])).Ok(MxPlanResource.Of))
            .Needs(Permissions.PolicyWrite).WithSummary("Starts a plan, or gives the running one other hosts. Only for domains whose policy this service serves.");
        plan.MapPost("/skip", async (string name, SkippedStep body, Caller caller, MxPlanCommands plans) => (await plans.Skip(caller.Actor, name, body.Step, body.Override)).Ok(MxPlanResource.Of))
            .Needs(Permissions.PolicyWrite).WithSummary("Skips the current step: publishId, waitForPolicies or waitForMx. Refused with needs-override and what happens, unless override is true.");
        plan.MapDelete("/", async (string name, Caller caller, MxPlanCommands plans) => (await plans.Cancel(caller.Actor, name)).Ok(MxPlanResource.Of))
            .Needs(Permissions.PolicyWrite).WithSummary("Ends the plan. Neither the policy nor the DNS changes.");
    }
}

/// <param name="Mx">All MX hosts to come, also those that stay: 1 to 20 host names.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewMxPlan(IReadOnlyList<string>? Mx);

/// <param name="Step">The current step.</param>
/// <param name="Override">Skip the step although mail may be lost.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SkippedStep(MxPlanStep Step, bool Override = false);
