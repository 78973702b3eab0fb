using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Starts, follows and ends the plan of a claim. A claim has one plan at a time.</summary>
internal static class MxPlans
{
    private const string HostFirst = "The MX change plan follows a policy that this service serves, and it serves none of this workspace for the domain. Switch hosting on first. If another service serves the policy, add the new hosts to it there, wait until its max_age has passed, then change the MX records.";

    /// <summary>Starts a plan, or gives the running one other hosts.</summary>
    public static Decision Put(DomainState state, Claim claim, IReadOnlyList<string> mx, string by, HostingOptions options, DateTimeOffset now)
    {
        if (MxPlanSteps.Served(state, claim) is null)
            return new(state, new Refusal(RefusalCodes.NotPossibleNow, HostFirst));
        var (hosts, refusal) = Normalise(mx);
        if (refusal is not null)
            return new(state, refusal);
        if (claim.MxPlan is { IsRunning: true } running && running.Mx.ToHashSet(StringComparer.Ordinal).SetEquals(hosts))
            return state;
        var former = claim.MxPlan is { IsRunning: true } changed ? changed : null;
        var plan = new MxPlan { Mx = [.. hosts], Since = now, OldMx = [.. (former?.OldMx ?? []).Except(hosts)], OldMxTtl = former?.OldMxTtl };
        state = Claims.Update(state, Enter(claim with { MxPlan = plan }, new(now, former is null ? MxPlanChange.Started : MxPlanChange.Changed, by, null, plan.Mx)));
        return Note(state, options, now);
    }

    /// <summary>Skips the current step.</summary>
    public static Decision Skip(DomainState state, Claim claim, MxPlanStep step, string by, HostingOptions options, DateTimeOffset now)
    {
        if (!Enum.IsDefined(step) || !MxPlanSteps.CanSkip(step))
            return new(state, new Refusal(RefusalCodes.Invalid, "This step cannot be skipped. Take it, or end the plan.", "step"));
        if (claim.MxPlan is not { IsRunning: true } plan)
            return new(state, new Refusal(RefusalCodes.NotFound, "There is no MX change plan for this domain."));
        if (MxPlanSteps.Current(state, claim, plan, options, now)?.Step != step)
            return new(state, new Refusal(RefusalCodes.NotPossibleNow, "This is not the current step of the plan. Read the plan again.", "step"));
        plan = plan with { Skips = [.. plan.Skips.Where(skip => skip.Step != step), new(step, now)] };
        return Note(Claims.Update(state, Enter(claim with { MxPlan = plan }, new(now, MxPlanChange.Skipped, by, step, []))), options, now);
    }

    /// <summary>Ends the plan. Without one nothing changes.</summary>
    public static Decision Cancel(DomainState state, Claim claim, string by, DateTimeOffset now) => claim.MxPlan switch
    {
        null => state,
        { IsRunning: false } => Claims.Update(state, claim with { MxPlan = null }),
        var plan => Claims.Update(state, Enter(claim with { MxPlan = null }, new(now, MxPlanChange.Cancelled, by, null, plan.Mx))),
    };

    /// <summary>Records what the last observation and the served policy show of the running plans. Without a change it returns the same state.</summary>
    public static DomainState Note(DomainState state, HostingOptions options, DateTimeOffset now)
    {
        foreach (var claim in state.Claims)
        {
            if (claim.MxPlan is not { IsRunning: true } plan || MxPlanSteps.Served(state, claim) is null)
                continue;
            var noted = claim;
            var seen = NoteId(state, NoteMx(state, plan));
            if (MxPlanSteps.Current(state, claim, seen, options, now) is null)
            {
                seen = seen with { DoneAt = now };
                noted = Enter(noted, new(now, MxPlanChange.Finished, null, null, []));
            }
            if (seen != plan)
                state = Claims.Update(state, noted with { MxPlan = seen });
        }
        return state;
    }

    private static MxPlan NoteMx(DomainState state, MxPlan plan)
    {
        if (state.LastMx is not { } mx || state.LastMxAt is not { } at)
            return plan;
        var old = mx.Values.Where(host => host is not ("" or ".")).Except(plan.Mx).ToArray();
        if (old.Except(plan.OldMx).ToArray() is { Length: > 0 } more)
            plan = plan with { OldMx = [.. plan.OldMx.Concat(more).Take(MxPlan.MaxOldMx)] };
        if (old.Length > 0 && !(plan.OldMxTtl >= mx.Ttl))
            plan = plan with { OldMxTtl = mx.Ttl };
        var isSwitched = mx.Status == DnsStatus.Found && old.Length == 0 && plan.Mx.All(mx.Values.Contains);
        return isSwitched ? plan with { SwitchedAt = plan.SwitchedAt ?? (at > plan.Since ? at : plan.Since) } : plan with { SwitchedAt = null };
    }

    private static MxPlan NoteId(DomainState state, MxPlan plan)
    {
        if (state.LastObservation is not { PolicyRecord: { Status: not DnsStatus.Failed } record, At: var at })
            return plan;
        if (PolicyRecord.Select(record.Values) is not PolicyRecordReading.Found found)
            return plan with { IdSeenAt = null };
        var published = state.Versions.FirstOrDefault(version => version.Id == found.Record.Id);
        return published is not null && published.Number >= MxPlanClock.FirstWithNewHosts(state, plan)?.Number
            ? plan with { IdSeenAt = plan.IdSeenAt ?? at }
            : plan with { IdSeenAt = null, PublishedBefore = published?.Number ?? 0 };
    }

    private static Claim Enter(Claim claim, MxPlanEntry entry) =>
        claim with { MxPlanHistory = [entry, .. claim.MxPlanHistory.Take(MxPlanView.MaxHistory - 1)] };

    private static (IReadOnlyList<string> Hosts, Refusal? Refusal) Normalise(IReadOnlyList<string>? mx)
    {
        if (mx is null or { Count: 0 } or { Count: > MxPlanView.MaxMx })
            return ([], new Refusal(RefusalCodes.Invalid, $"Enter the MX hosts to come: 1 to {MxPlanView.MaxMx} host names.", "mx"));
        var hosts = new List<string>();
        foreach (var text in mx)
        {
            if (!MxPattern.TryParse(text, out var pattern, out var problem))
                return ([], new Refusal(RefusalCodes.Invalid, $"mx “{PolicyContents.Shorten(text)}”: {problem}", "mx"));
            if (pattern.IsWildcard)
                return ([], new Refusal(RefusalCodes.Invalid, $"{pattern.Value} is a pattern. Enter the host names as they will stand in the MX records.", "mx"));
            if (!hosts.Contains(pattern.Value))
                hosts.Add(pattern.Value);
        }
        return (hosts, null);
    }
}
