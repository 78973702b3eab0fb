using System.Collections.Immutable;
using MtaSts.Grains.Alerts;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>The result of a command: the state to store, or the reason why nothing changes.</summary>
/// <param name="Advice">Advice on an accepted policy.</param>
internal readonly record struct Decision(DomainState State, Refusal? Refusal, IReadOnlyList<PolicyAdvice>? Advice = null)
{
    public static implicit operator Decision(DomainState state) => new(state, null);
}

/// <summary>
/// Hosting of a domain as pure functions: (state, command, now) → state', which contains the work to do. No
/// I/O; every step can be replayed.
/// </summary>
/// <param name="toCalendar">Converts service time to the dates that alerts show; null: they are the same.</param>
/// <param name="retirementEnd">The retirement clock; replaced only in tests that prove that a wrong rule is detected.</param>
internal sealed partial class DomainLifecycle(NamingOptions naming, HostingOptions options, Func<DomainState, DateTimeOffset, HostingOptions, DateTimeOffset?>? retirementEnd = null, Func<DateTimeOffset, DateTimeOffset>? toCalendar = null)
{
    public HostingOptions Options => options;

    private readonly Func<DomainState, DateTimeOffset, HostingOptions, DateTimeOffset?> retirementEnd = retirementEnd ?? RetirementClock.End;
    private readonly Func<DateTimeOffset, DateTimeOffset> toCalendar = toCalendar ?? (static moment => moment);

    public static Decision AddClaim(DomainState state, string workspace, string token, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is { } existing)
            return existing.Leaving ? Claims.Update(state, existing with { Leaving = false }) : state;
        if (IsErasing(state, workspace))
            return new(state, new Refusal(RefusalCodes.NotPossibleNow, "This domain is just being removed from the workspace, with its reports. Try again in a minute."));
        if (state.Claims.Length >= Claims.MaxPerDomain)
            return new(state, new Refusal(RefusalCodes.LimitReached, "Too many workspaces have claimed this domain. Ask the operator."));
        return Claims.Update(state, new Claim { Workspace = workspace, Token = token, ClaimedAt = now }) with { NextCheckAt = now };
    }

    /// <summary>A hosted domain retires first; the claim is removed afterwards.</summary>
    public Decision RemoveClaim(DomainState state, string workspace, string by, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is null)
            return IsErasing(state, workspace) ? state : NotFound(state); // The workspace must not forget the claim before its data is deleted.
        state = DisableHosting(state, workspace, by, now).State;
        state = Claims.Update(state, Claims.Of(state, workspace)! with { Leaving = true });
        return WithRecords(RemoveLeavingClaims(state, now), now);
    }

    /// <summary>Sets the policy of a workspace, and serves it immediately if that workspace's policy is being served.</summary>
    /// <param name="further">Advice that needs more than the domain's state.</param>
    public Decision PutPolicy(DomainState state, string workspace, PolicyContent raw, string by, string? reason, bool isOverridden, DateTimeOffset now, PolicyAdvice? further = null)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        if (reason is { Length: > PolicyContents.MaxReason })
            return new(state, new Refusal(RefusalCodes.Invalid, $"The reason has {reason.Length} characters; keep it within {PolicyContents.MaxReason}.", "reason"));
        var (content, refusal) = PolicyContents.Normalise(raw);
        if (content is null)
            return new(state, refusal);
        var advice = Advise(state, claim, content, now);
        if (further is not null)
            advice = [further, .. advice];
        var overridden = advice.Where(item => item.NeedsOverride).ToArray();
        if (overridden.Length > 0 && !isOverridden)
            return new(state, PolicyGuard.NeedsOverride(overridden));
        ImmutableArray<string> codes = [.. overridden.Select(item => item.Code).Distinct()];
        state = Claims.Update(state, claim with { Draft = content, DraftBy = by, DraftOverridden = codes });
        if (!IsServedFor(state, workspace))
            return new(MovingIn.Note(state, now), null, advice);
        state = PolicyContents.Same(PolicyVersions.Current(state)!.Content, content)
            ? WithAlerts(PolicyVersions.Accept(state), now)
            : AfterChange(PolicyVersions.Serve(state, content, workspace, by, reason, now, codes), now);
        return new(state, null, advice);
    }

    /// <summary>The result that <see cref="PutPolicy"/> would have.</summary>
    public (IReadOnlyList<PolicyAdvice> Advice, Refusal? Refusal) CheckPolicy(DomainState state, string workspace, PolicyContent raw, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return ([], NotFound(state).Refusal);
        var (content, refusal) = PolicyContents.Normalise(raw);
        return content is null ? ([], refusal) : (Advise(state, claim, content, now), null);
    }

    /// <summary>Makes an earlier version of the workspace a new one.</summary>
    public Decision RestorePolicy(DomainState state, string workspace, int number, string by, bool isOverridden, DateTimeOffset now, string? reason = null, PolicyAdvice? further = null) =>
        state.Versions.FirstOrDefault(version => version.Number == number && version.Workspace == workspace) is { } version
            ? PutPolicy(state, workspace, version.Content, by, reason is null ? $"Version {number} restored" : $"Version {number} restored: {reason}", isOverridden, now, further)
            : new(state, new Refusal(RefusalCodes.NotFound, $"There is no version {number} of this workspace.", "number"));

    /// <summary>Takes over the owner's choice of automatic changes of the mode.</summary>
    public Decision SetRollout(DomainState state, string workspace, RolloutChoice choice, string by, DateTimeOffset now) => Claims.Of(state, workspace) switch
    {
        null => NotFound(state),
        { Rollout: var known } when choice == new RolloutChoice(known?.Enforce ?? false, known?.Back ?? false) => state,
        var claim => AfterChange(Claims.Update(state, Rollout.Choose(claim, choice, by, now)), now), // The next check judges.
    };

    /// <summary>Applies a judgement of the mode. Advice that needs an override prevents a change: nobody can be asked.</summary>
    public DomainState RolloutJudged(DomainState state, string workspace, RolloutFacts facts, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { Rollout: not null } claim)
            return state;
        var (rollout, mode) = Rollout.Judge(state, claim, facts, now);
        if (rollout != claim.Rollout)
            state = Claims.Update(state, claim with { Rollout = rollout });
        if (mode is not { } changed)
            return WithAlerts(state, now);
        var reason = changed == PolicyMode.Enforce ? "All conditions for enforce were met, as announced" : "Senders did not deliver mail, and the fault was seen at the MX host too";
        var content = PolicyVersions.Current(state)!.Content with { Mode = changed };
        var decision = PutPolicy(state, workspace, content, Rollout.By, reason, isOverridden: false, now);
        return WithAlerts(decision.Refusal is null ? PolicyVersions.Automatic(decision.State) : state, now);
    }

    /// <summary>An enforced policy is compared with the MX records again: they may have changed since the policy was set.</summary>
    public Decision EnableHosting(DomainState state, string workspace, string by, bool isOverridden, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        var draft = claim.Draft ?? MovingIn.Starting(state) ?? PolicyContents.FromMx(KnownMx.Of(state, now), options);
        if (draft is null)
        {
            return new(state, new Refusal(RefusalCodes.PolicyMissing,
                "There is no policy to host: no MX record of the domain has been seen. Set the policy first, or publish the MX and check again.", "policy"));
        }
        var doubts = IsServedFor(state, workspace) ? [] : Doubts(state, claim, draft, now);
        if (doubts.Count > 0 && !isOverridden)
            return new(state, PolicyGuard.NeedsOverride(doubts));
        ImmutableArray<string> overridden = [.. claim.DraftOverridden, .. doubts.Select(item => item.Code).Distinct()];
        state = Claims.Update(state, claim with
        {
            Draft = draft,
            DraftBy = claim.DraftBy ?? by,
            DraftOverridden = overridden,
            HostingWanted = true,
            Leaving = false,
            WantedSince = claim.HostingWanted ? claim.WantedSince : now,
        });
        state = MovingIn.Note(state with { NextCheckAt = now }, now);
        if (state.Holder != workspace || state.Serving != ServingState.Retiring)
            return state;
        // The hostname was not removed: return directly to the state before retiring.
        state = state with { Serving = state.ResumeTo, ServingSince = now };
        return AfterChange(PolicyVersions.Serve(state, draft, workspace, by, "Hosting switched on again", now, overridden), now);
    }

    public Decision DisableHosting(DomainState state, string workspace, string by, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        var isServed = IsServedFor(state, workspace);
        if (!claim.HostingWanted && !isServed)
            return state;
        // The override applied only to the mail at that time.
        state = Claims.Update(state, claim with { HostingWanted = false, WantedSince = null, DraftOverridden = [] });
        return isServed ? Retire(state, workspace, by, "Hosting switched off", now) : state;
    }

    /// <summary>Applies a check: determines the holder, and whether hosting can begin.</summary>
    public DomainState Observe(DomainState state, Observation seen, DateTimeOffset now)
    {
        if (state.LastObservation is { } last && seen.At < last.At)
            return state;
        var (before, holder) = (state, state.Holder);
        state = PolicyVersions.NoteId(PolicyHosts.Note(Claims.Judge(KnownMx.Note(state with { LastObservation = seen }, seen), seen, naming, options), seen), seen);
        state = MxWatch.FollowMx(before, WatchRules.Note(state, seen, naming, options, now), now);
        if (state.Serving != ServingState.Off && seen.PolicyRecord.Status == DnsStatus.Found && seen.PolicyRecord.Ttl > (state.PolicyRecordTtl ?? 0))
            state = state with { PolicyRecordTtl = seen.PolicyRecord.Ttl };
        if (holder is not null && holder != state.Holder)
            state = HandOver(state, holder, now);
        state = MovingIn.Note(state, now);
        var failingSince = state.OutsideFailingSince;
        state = Begin(Announcement.Seen(state, seen), seen, now);
        // If senders cannot fetch the policy, the hostname may be lost at the provider: check it now, not in some hours.
        if (failingSince is null && state.OutsideFailingSince is not null && HostnameLoss.IsReliedOn(state) && state.Hostname is { Attempts: 0 } hostname && hostname.DueAt > now)
            state = state with { Hostname = hostname with { DueAt = now } };
        // A change during the check asked for another one.
        var next = state.NextCheckAt > seen.At && state.NextCheckAt <= now ? state.NextCheckAt : now + CheckInterval(state, now);
        return WithAlerts(WithRecords(state with { NextCheckAt = next }, now), now);
    }

    /// <summary>Applies a probe of the MX hosts.</summary>
    /// <param name="probe">Null: this service does not probe.</param>
    /// <param name="calendar">For certificates' dates.</param>
    public DomainState MxProbed(DomainState state, MxProbe? probe, DateTimeOffset now, DateTimeOffset calendar) =>
        WithAlerts(MxWatch.Note(state, probe, UsualInterval(state), options, now, calendar), now);

    /// <summary>Applies the passing of time.</summary>
    /// <param name="handedOutSince">Time since which the current version is handed out to gateways.</param>
    public DomainState Tick(DomainState state, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        if (Announcement.DueAt(state, handedOutSince, options) <= now)
            state = WithRecords(state with { AnnouncedNumber = PolicyVersions.Current(state)!.Number, AnnouncedAt = now }, now);
        if (state.Serving != ServingState.Retiring || now < RetirementEnd(state, now))
            return state;
        return SetHostname(state with { Serving = ServingState.Removing, ServingSince = now }, exists: false, now);
    }

    /// <summary>Applies the result of a delivery.</summary>
    public DomainState Delivered(DomainState state, string messageId, bool isDone, DateTimeOffset now) => Outbox.Delivered(state, messageId, isDone, options, now);

    /// <summary>Applies the result of an order. The result of an earlier decision changes nothing.</summary>
    public DomainState Reconciled(DomainState state, string orderId, ReconcileResult result, DateTimeOffset now) => state.Work.FirstOrDefault(work => work.Id == orderId) switch
    {
        DesiredHostname { Exists: true } hostname => HostnameEnsured(state, hostname, result, now),
        DesiredHostname hostname => HostnameRemoved(state, hostname, result, now),
        DesiredRecord record => WithAlerts(DelegatedRecords.Reconciled(state, record, result, naming, options, now), now),
        _ => state,
    };

    /// <summary>When the retirement ends; null when the domain is not retiring.</summary>
    public DateTimeOffset? RetirementEnd(DomainState state, DateTimeOffset now) => state.Serving == ServingState.Retiring ? retirementEnd(state, now, options) : null;

    /// <summary>Records that a disconnected gateway continued to serve a replaced version: the retirement clock starts at the end of that.</summary>
    public static DomainState ServedWhileCutOff(DomainState state, int number, DateTimeOffset until) => PolicyVersions.ServedUntil(state, number, until);

    /// <summary>Time of the next scheduled work; null when there is none.</summary>
    public DateTimeOffset? NextDueAt(DomainState state, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        var due = state.NextCheckAt;
        if (Announcement.DueAt(state, handedOutSince, options) is { } announce && (due is null || announce < due))
            due = announce;
        if (MxWatch.DueAt(state, options) is { } probe && (due is null || probe < due))
            due = probe;
        foreach (var work in state.Work)
        {
            if (due is null || work.DueAt < due)
                due = work.DueAt;
        }
        if (RetirementEnd(state, now) is { } end && (due is null || end < due))
            due = end;
        if (IsEmpty(state) && state.QuietUntil is { } quiet && (due is null || quiet < due))
            due = quiet;
        return due;
    }

    /// <summary>True when there is no claim, nothing is served and all work is done: the state can be deleted.</summary>
    public static bool IsOver(DomainState state, DateTimeOffset now) => IsEmpty(state) && !(now < state.QuietUntil);

    private static bool IsEmpty(DomainState state) => state.Serving == ServingState.Off && state.Claims.IsEmpty && !state.Work.Any();

    // The claim is removed only when nothing is served any more; until then it is marked as leaving.
    private static DomainState RemoveLeavingClaims(DomainState state, DateTimeOffset now)
    {
        foreach (var claim in state.Claims)
        {
            if (!claim.Leaving || (state.Holder == claim.Workspace && state.Serving != ServingState.Off))
                continue;
            state = Outbox.Drop(Claims.Remove(state, claim.Workspace), message =>
                (message is OutboxMessage.SetAlerts set && set.Workspace == claim.Workspace) || (message is OutboxMessage.EndReports ended && ended.Workspace == claim.Workspace));
            foreach (var token in ReportAddresses.Tokens(claim))
                state = Outbox.Add(state, new OutboxMessage.RemoveToken(token), now);
            state = Outbox.Add(state, new OutboxMessage.EraseClaim(claim.Workspace, claim.Conditions.Select(known => known.Revision).DefaultIfEmpty().Max()), now);
        }
        return state;
    }

    private DomainState Begin(DomainState state, Observation seen, DateTimeOffset now)
    {
        if (state.Serving != ServingState.Off || now < state.QuietUntil || Claims.Holder(state) is not { HostingWanted: true, Draft: { } draft } holder)
            return state;
        if (!PolicyHosts.MayBegin(state, holder, seen, naming, options))
            return state;
        state = state with { Serving = ServingState.Provisioning, ServingSince = now, LifeSince = now };
        return SetHostname(ServeUnasked(state, holder, draft, "Hosting began", now), exists: true, now);
    }

    // The former holder's policy is no longer wanted, but senders may have cached it: the retirement clock includes it.
    private DomainState HandOver(DomainState state, string former, DateTimeOffset now)
    {
        var holder = Claims.Holder(state)!;
        if (Claims.Of(state, former) is { DraftOverridden.IsEmpty: false } lost)
            state = Claims.Update(state, lost with { DraftOverridden = [] });
        if (state.Serving is ServingState.Off or ServingState.Removing)
            return state;
        if (holder is { HostingWanted: true, Draft: { } draft })
        {
            var resumed = state.Serving == ServingState.Retiring ? state with { Serving = state.ResumeTo, ServingSince = now } : state;
            resumed = ServeUnasked(resumed, holder, draft, "The domain changed hands", now);
            return RemoveLeavingClaims(SetHostname(resumed, exists: true, now), now);
        }
        return RemoveLeavingClaims(state.Serving == ServingState.Retiring ? state : Retire(state, holder.Workspace, "service", "The domain changed hands", now), now);
    }

    // The owner cannot be asked here: a policy that needs an override is served in testing, with an alert.
    private static DomainState ServeUnasked(DomainState state, Claim holder, PolicyContent draft, string reason, DateTimeOffset now)
    {
        var by = holder.DraftBy ?? holder.Workspace;
        var doubts = MovingIn.IsInEffect(state, holder, draft, now) ? [] : PolicyGuard.Doubts(draft, null, KnownMx.Of(state, now), holder.DraftOverridden);
        if (doubts.Count == 0)
            return PolicyVersions.Serve(state, draft, holder.Workspace, by, reason, now, holder.DraftOverridden);
        draft = draft with { Mode = PolicyMode.Testing };
        return PolicyVersions.Serve(
            Claims.Update(state, holder with { Draft = draft }),
            draft,
            holder.Workspace,
            by,
            $"{reason}, in testing instead of enforce. {PolicyGuard.Text(doubts)}",
            now,
            heldBack: [.. doubts.Select(item => item.Code).Distinct()]);
    }

    private DomainState Retire(DomainState state, string workspace, string by, string reason, DateTimeOffset now)
    {
        var mx = PolicyVersions.Current(state)!.Content.Mx; // Some readers refuse even a none policy without mx.
        state = state with { ResumeTo = state.Serving };
        state = PolicyVersions.Serve(state, new PolicyContent(PolicyMode.None, mx, options.RetiringMaxAge), workspace, by, reason, now);
        return AfterChange(state with { Serving = ServingState.Retiring, ServingSince = now }, now);
    }

    // A new decision on the hostname: results of earlier orders are ignored.
    private static DomainState SetHostname(DomainState state, bool exists, DateTimeOffset now)
    {
        state = Work.NextId(state, now, out var id);
        var hostname = (state.Hostname ?? new DesiredHostname { Exists = exists }) with { Id = id, Exists = exists, Attempts = 0, DueAt = now };
        return state with { Hostname = exists ? hostname : hostname with { Problem = null, NextStep = null } };
    }

    private DomainState HostnameEnsured(DomainState state, DesiredHostname hostname, ReconcileResult result, DateTimeOffset now)
    {
        hostname = HostnameLoss.Note(hostname.With(result), result as HostnameResult, HostnameLoss.IsReliedOn(state), now);
        if (!result.IsDone)
            return WithAlerts(state with { Hostname = hostname.Delay(result.RetryAfter, now, options) }, now);
        if (state.Serving == ServingState.Provisioning && PolicyHosts.IsUnreached(state))
        {
            hostname = hostname with { Problem = $"The policy host does not lead here yet: {state.LastObservation!.Reach!.Fault?.Text}", NextStep = "Publish the CNAME shown below, proxied or not." };
            return WithAlerts(state with { Hostname = hostname.Delay(options.CheckWhileWaiting, now, options) }, now);
        }
        if (state.Serving == ServingState.Provisioning)
        {
            // Check now whether senders get the policy, not in an hour.
            state = state with { Serving = ServingState.Live, ServingSince = now, NextCheckAt = options.OutsideCheck == OutsideCheck.Off ? state.NextCheckAt : now };
        }
        if (state.Serving == ServingState.Retiring)
            state = state with { ResumeTo = ServingState.Live };
        // Repeated regularly, so that a hostname lost at the provider is created again.
        return WithAlerts(state with { Hostname = hostname with { CertificateExpiresAt = (result as HostnameResult)?.CertificateExpiresAt, Attempts = 0, DueAt = now + options.EnsureLive } }, now);
    }

    private DomainState HostnameRemoved(DomainState state, DesiredHostname hostname, ReconcileResult result, DateTimeOffset now)
    {
        if (!result.IsDone)
            return state with { Hostname = hostname.With(result).Delay(result.RetryAfter, now, options) };
        state = PolicyVersions.Cease(state, now) with { Hostname = null, Serving = ServingState.Off, ServingSince = null, PolicyRecordTtl = null, NextCheckAt = now, QuietUntil = now + options.RemovalPause };
        return WithRecords(RemoveLeavingClaims(WithAlerts(state, now), now), now);
    }

    private DomainState WithRecords(DomainState state, DateTimeOffset now) => DelegatedRecords.Follow(state, naming, options, now);

    private DomainState AfterChange(DomainState state, DateTimeOffset now) => WithAlerts(state with { NextCheckAt = now }, now);

    private DomainState WithAlerts(DomainState state, DateTimeOffset now)
    {
        state = MxPlans.Note(state, options, now);
        foreach (var claim in state.Claims)
        {
            var conditions = claim.Conditions;
            foreach (var (source, seen) in AlertRules.For(state, claim, naming, options, now, toCalendar))
            {
                ImmutableArray<StoredCondition> next = [.. seen.Select(StoredCondition.Of)];
                if (next.SequenceEqual(conditions.FirstOrDefault(known => known.Source == source)?.Conditions ?? []))
                    continue;
                state = state with { LastRevision = Math.Max(state.LastRevision + 1, now.UtcTicks) };
                var changed = new SourceConditions(source, state.LastRevision, next);
                conditions = [.. conditions.Where(known => known.Source != source), changed];
                state = Outbox.Drop(state, message => message is OutboxMessage.SetAlerts earlier && earlier.Workspace == claim.Workspace && earlier.Alerts.Source == source);
                state = Outbox.Add(state, new OutboxMessage.SetAlerts(claim.Workspace, changed), now);
            }
            if (conditions != claim.Conditions)
                state = Claims.Update(state, claim with { Conditions = conditions });
        }
        return state;
    }

    private TimeSpan CheckInterval(DomainState state, DateTimeOffset now)
    {
        var waitingSince = state.Claims.Where(c => c.HostingWanted && (c.Workspace != state.Holder || state.Serving != ServingState.Live)).Max(c => c.WantedSince);
        if (waitingSince is { } since)
            return now - since < options.WaitingFor ? options.CheckWhileWaiting : now - since < 24 * options.WaitingFor ? options.CheckWhileWaiting * 10 : options.CheckHosted;
        if (Announcement.AwaitsOutside(state, options))
            return options.CheckWhileWaiting;
        // Another version was fetched: a new version needs some time to propagate, which is not a fault.
        if (PolicyVersions.Current(state) is { } current && state.LastObservation?.Fetch is { Fault: null } && state.SeenOutside != current.Number)
            return now - current.ServedFrom < options.OutsideGrace ? options.CheckWhileWaiting : options.CheckWhileFailing;
        if ((state.OutsideFailingSince ?? state.UnreachedSince) is not null && state.Serving != ServingState.Off)
            return options.CheckWhileFailing;
        if (WatchRules.IsUnsure(state, options, now))
            return options.CheckWhileFailing;
        return UsualInterval(state);
    }

    private TimeSpan UsualInterval(DomainState state) => state.Serving == ServingState.Off && state.Elsewhere?.FailingSince is null ? options.CheckMonitored : options.CheckHosted;

    private static bool IsErasing(DomainState state, string workspace) => state.Outbox.Any(message => message is OutboxMessage.EraseClaim erased && erased.Workspace == workspace);

    private static bool IsServedFor(DomainState state, string workspace) => state.Holder == workspace && state.Serving is ServingState.Provisioning or ServingState.Live;

    private static Decision NotFound(DomainState state) =>
        new(state, new Refusal(RefusalCodes.NotFound, "This workspace has no claim on the domain. Add the domain first."));
}
