using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.MxPlans;

/// <summary>Starts, changes and ends the planned change of a domain's MX hosts. The policy itself is changed by <see cref="Policies.PolicyCommands"/> alone.</summary>
public sealed class MxPlanCommands(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Starts a plan, or gives the running one other hosts. MX records that are not fresh are looked up first.</summary>
    /// <param name="mx">The MX hosts to come: user input.</param>
    public Task<CommandResult<MxPlanView>> Put(Actor actor, string name, IReadOnlyList<string> mx) => With(actor, name, async view =>
    {
        await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
        return await grains.Domain(view.Name).PutMxPlan(actor.WorkspaceId, mx, actor.Name);
    });

    /// <summary>Skips the current step.</summary>
    /// <param name="isOverridden">False: refused with <see cref="RefusalCodes.NeedsOverride"/> and what happens when the step is skipped.</param>
    public Task<CommandResult<MxPlanView>> Skip(Actor actor, string name, MxPlanStep step, bool isOverridden) => With(actor, name, async view =>
    {
        if (!isOverridden && await grains.Domain(view.Name).GetMxPlan(actor.WorkspaceId) is { Current: { } current } && current.Step == step && MxPlanTexts.IfSkipped(current) is { } risk)
            return CommandResult.Refused(RefusalCodes.NeedsOverride, risk, "step");
        return await grains.Domain(view.Name).SkipMxPlanStep(actor.WorkspaceId, step, actor.Name);
    });

    /// <summary>Ends the plan. Neither the policy nor the DNS changes.</summary>
    public Task<CommandResult<MxPlanView>> Cancel(Actor actor, string name) => With(actor, name, view => grains.Domain(view.Name).CancelMxPlan(actor.WorkspaceId, actor.Name));

    private async Task<CommandResult<MxPlanView>> With(Actor actor, string name, Func<DomainView, Task<CommandResult>> command)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.PolicyWrite, name);
        if (!view.IsDone)
            return view.Refusal!;
        return (await command(view.Value)).Refusal is { } refusal ? refusal : await grains.PlanOf(actor, view.Value.Name);
    }
}
