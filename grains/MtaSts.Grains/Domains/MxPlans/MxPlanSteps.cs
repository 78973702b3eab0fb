using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The steps of a plan, from what is served, what was seen, and the time. A step that was undone, such as MX records that were switched back, is open again, and the later ones wait for it.
/// The waits protect mail of senders that enforce. Where no sender enforces, nothing is refused: the waits are over at once, and the steps keep their order.
/// </summary>
internal static class MxPlanSteps
{
    /// <summary>The steps that the owner may skip: mail depends on them, but neither the policy nor the MX records.</summary>
    public static bool CanSkip(MxPlanStep step) => step is MxPlanStep.PublishId or MxPlanStep.WaitForPolicies or MxPlanStep.WaitForMx;

    /// <summary>The version of the claim that is served now; null when there is none, and no plan can be followed.</summary>
    public static PolicyVersion? Served(DomainState state, Claim claim) =>
        state.Holder == claim.Workspace && state.Serving is ServingState.Provisioning or ServingState.Live ? PolicyVersions.Current(state) : null;

    /// <summary>All steps in order. Dates are service times.</summary>
    public static IReadOnlyList<MxPlanStepView> Of(DomainState state, Claim claim, MxPlan plan, HostingOptions options, DateTimeOffset now)
    {
        if (Served(state, claim) is not { } current)
            return [.. Enum.GetValues<MxPlanStep>().Select(step => step == default ? Step(step, MxPlanStepState.Blocked) with { Reason = MxPlanReason.NotHosted } : Step(step, MxPlanStepState.Later))];
        var cachedUntil = MxPlanClock.CachedWithoutNewHosts(state, plan, IsSkipped(state, plan, MxPlanStep.PublishId), options, now);
        // The earliest time at which the next step can be taken, if every step is taken as soon as it can be.
        var switchAt = cachedUntil is { } until && until > now && !IsSkipped(state, plan, MxPlanStep.WaitForPolicies) ? until : now;
        var goneAt = plan.SwitchedAt is { } switched ? MxPlanClock.OldMxGoneAt(plan, switched)
            : current.Content.Mode == PolicyMode.Enforce ? MxPlanClock.OldMxGoneAt(plan, switchAt) : switchAt;
        MxPlanStepView[] steps =
        [
            AddNewHosts(state, plan, current, now),
            PublishId(state, plan),
            WaitForPolicies(state, plan, cachedUntil, now),
            SwitchMx(state, plan, now) with { At = plan.SwitchedAt ?? switchAt },
            WaitForMx(state, plan, current, goneAt, now),
            RemoveOldHosts(plan, current) with { At = goneAt },
        ];
        var isReached = true;
        for (var i = 0; i < steps.Length; i++)
        {
            var isOver = steps[i].State is MxPlanStepState.Done or MxPlanStepState.Skipped;
            if (!isReached && !(isOver && IsSeen(steps[i].Step)))
                steps[i] = steps[i] with { State = MxPlanStepState.Later, Proposed = null };
            if (steps[i].State is MxPlanStepState.Open or MxPlanStepState.Blocked || (steps[i].State == MxPlanStepState.Later && steps[i].At <= now))
                steps[i] = steps[i] with { At = null };
            isReached &= isOver;
        }
        return steps;
    }

    /// <summary>The first step that is neither done nor skipped; null when the plan is over.</summary>
    public static MxPlanStepView? Current(DomainState state, Claim claim, MxPlan plan, HostingOptions options, DateTimeOffset now) =>
        Of(state, claim, plan, options, now).FirstOrDefault(static step => step.State is not (MxPlanStepState.Done or MxPlanStepState.Skipped));

    /// <summary>Whether the old MX records have gone from the caches, or the owner does not wait for that.</summary>
    private static bool AreOldMxGone(DomainState state, MxPlan plan, PolicyVersion current, DateTimeOffset now) =>
        plan.SwitchedAt is { } switched && (current.Content.Mode != PolicyMode.Enforce || MxPlanClock.OldMxGoneAt(plan, switched) <= now || IsSkipped(state, plan, MxPlanStep.WaitForMx));

    private static MxPlanStepView AddNewHosts(DomainState state, MxPlan plan, PolicyVersion current, DateTimeOffset now)
    {
        var missing = current.Content.ToPolicy().NotAdmitted(AreOldMxGone(state, plan, current, now) ? plan.Mx : plan.Mx.Concat(plan.OldMx));
        if (missing.Count == 0)
            return Step(MxPlanStep.AddNewHosts, MxPlanStepState.Done);
        var isUndone = state.Versions.Any(version => version.ServedUntil > plan.Since && version.Content.ToPolicy().NotAdmitted(missing).Count == 0);
        return Step(MxPlanStep.AddNewHosts, MxPlanStepState.Open) with { Hosts = missing, Proposed = MxPlanPolicies.WithNewHosts(current.Content, plan), Reason = isUndone ? MxPlanReason.Undone : MxPlanReason.None };
    }

    private static MxPlanStepView PublishId(DomainState state, MxPlan plan)
    {
        if (MxPlanClock.FirstWithNewHosts(state, plan) is not { } first)
            return Step(MxPlanStep.PublishId, MxPlanStepState.Open);
        if (plan.IdSeenAt is { } seenAt)
            return Step(MxPlanStep.PublishId, MxPlanStepState.Done) with { At = seenAt };
        if (IsSkipped(state, plan, MxPlanStep.PublishId))
            return Step(MxPlanStep.PublishId, MxPlanStepState.Skipped);
        return Announcement.Version(state)?.Number >= first.Number
            ? Step(MxPlanStep.PublishId, MxPlanStepState.Open)
            : Step(MxPlanStep.PublishId, MxPlanStepState.Blocked) with { Reason = MxPlanReason.NotAnnounced };
    }

    private static MxPlanStepView WaitForPolicies(DomainState state, MxPlan plan, DateTimeOffset? until, DateTimeOffset now)
    {
        var step = Step(MxPlanStep.WaitForPolicies, MxPlanStepState.Done) with { At = until, Hosts = plan.Mx };
        if (until is null)
            return step with { Reason = MxPlanReason.NotEnforced };
        if (until <= now)
            return step;
        if (IsSkipped(state, plan, step.Step))
            return step with { State = MxPlanStepState.Skipped };
        var isEarly = plan.OldMx.Length > 0 && KnownMx.Of(state, now) is { Status: DnsStatus.Found } mx && mx.Values.All(plan.Mx.Contains);
        return step with { State = MxPlanStepState.Waiting, Reason = isEarly ? MxPlanReason.SwitchedEarly : MxPlanReason.None };
    }

    private static MxPlanStepView SwitchMx(DomainState state, MxPlan plan, DateTimeOffset now)
    {
        if (plan.SwitchedAt is not null)
            return Step(MxPlanStep.SwitchMx, MxPlanStepState.Done);
        return KnownMx.Of(state, now) is { } mx
            ? Step(MxPlanStep.SwitchMx, MxPlanStepState.Open) with { Hosts = [.. plan.Mx.Except(mx.Values)], OldHosts = [.. mx.Values.Except(plan.Mx)] }
            : Step(MxPlanStep.SwitchMx, MxPlanStepState.Blocked) with { Hosts = plan.Mx, Reason = MxPlanReason.MxUnknown };
    }

    private static MxPlanStepView WaitForMx(DomainState state, MxPlan plan, PolicyVersion current, DateTimeOffset goneAt, DateTimeOffset now)
    {
        var step = Step(MxPlanStep.WaitForMx, MxPlanStepState.Waiting) with { At = goneAt, OldHosts = plan.OldMx };
        if (current.Content.Mode != PolicyMode.Enforce)
            return step with { State = MxPlanStepState.Done, Reason = MxPlanReason.NotEnforced };
        return plan.SwitchedAt is null ? step
            : goneAt <= now ? step with { State = MxPlanStepState.Done }
            : IsSkipped(state, plan, step.Step) ? step with { State = MxPlanStepState.Skipped } : step;
    }

    private static MxPlanStepView RemoveOldHosts(MxPlan plan, PolicyVersion current)
    {
        var patterns = MxPlanPolicies.OldPatterns(current.Content, plan);
        return patterns.Count == 0
            ? Step(MxPlanStep.RemoveOldHosts, MxPlanStepState.Done)
            : Step(MxPlanStep.RemoveOldHosts, MxPlanStepState.Open) with { Hosts = patterns, Proposed = MxPlanPolicies.WithoutOldHosts(current.Content, plan) };
    }

    /// <summary>A fact that was seen is shown as done, whatever the steps before it.</summary>
    private static bool IsSeen(MxPlanStep step) => step is MxPlanStep.AddNewHosts or MxPlanStep.PublishId or MxPlanStep.SwitchMx;

    /// <summary>Whether the owner has skipped the step since the plan came to it.</summary>
    public static bool IsSkipped(DomainState state, MxPlan plan, MxPlanStep step)
    {
        var since = step == MxPlanStep.WaitForMx ? plan.SwitchedAt : MxPlanClock.FirstWithNewHosts(state, plan)?.ServedFrom;
        return plan.Skips.Any(skip => skip.Step == step && skip.At >= since);
    }

    private static MxPlanStepView Step(MxPlanStep step, MxPlanStepState state) => new(step, state, null, MxPlanReason.None, [], [], null);
}
