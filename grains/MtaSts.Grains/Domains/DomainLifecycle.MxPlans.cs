namespace MtaSts.Grains.Domains;

/// <summary>The planned change of MX hosts.</summary>
internal sealed partial class DomainLifecycle
{
    /// <summary>Starts a plan, or gives the running one other hosts.</summary>
    public Decision PutMxPlan(DomainState state, string workspace, IReadOnlyList<string> mx, string by, DateTimeOffset now) =>
        OfClaim(state, workspace, now, claim => MxPlans.Put(state, claim, mx, by, options, now));

    /// <summary>Skips the current step of the plan.</summary>
    public Decision SkipMxPlanStep(DomainState state, string workspace, MxPlanStep step, string by, DateTimeOffset now) =>
        OfClaim(state, workspace, now, claim => MxPlans.Skip(state, claim, step, by, options, now));

    /// <summary>Ends the plan.</summary>
    public Decision CancelMxPlan(DomainState state, string workspace, string by, DateTimeOffset now) =>
        OfClaim(state, workspace, now, claim => MxPlans.Cancel(state, claim, by, now));

    private Decision OfClaim(DomainState state, string workspace, DateTimeOffset now, Func<Claim, Decision> command)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        var decision = command(claim);
        return decision.Refusal is null && !ReferenceEquals(decision.State, state) ? AfterChange(decision.State, now) : decision;
    }

    /// <summary>Why hosting must not start with the policy without an override; empty when there is no reason.</summary>
    private static IReadOnlyList<PolicyAdvice> Doubts(DomainState state, Claim claim, PolicyContent draft, DateTimeOffset now)
    {
        if (MovingIn.IsInEffect(state, claim, draft, now))
            return [];
        return MovingIn.Weaker(state, draft) is { } weaker && !claim.DraftOverridden.Contains(weaker.Code)
            ? [weaker]
            : PolicyGuard.Doubts(draft, PolicyVersions.KnownFrom(state, claim.Workspace), KnownMx.Of(state, now), claim.DraftOverridden);
    }

    private IReadOnlyList<PolicyAdvice> Advise(DomainState state, Claim claim, PolicyContent content, DateTimeOffset now)
    {
        var advice = PolicyGuard.Advise(content, PolicyVersions.KnownFrom(state, claim.Workspace), KnownMx.Of(state, now), claim.MxPlan is { IsRunning: true } plan ? plan.Mx : []);
        if (MovingIn.IsInEffect(state, claim, content, now))
            advice = [.. advice.Select(static item => item with { NeedsOverride = false })];
        else if (MovingIn.Weaker(state, content) is { } weaker)
            advice = [weaker, .. advice];
        return [.. MxPlanGuard.Advise(state, claim, content, options, now, toCalendar).Concat(advice).OrderByDescending(static item => item.NeedsOverride)];
    }
}
