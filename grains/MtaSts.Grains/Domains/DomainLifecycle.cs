using System.Collections.Immutable;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>What a command came to: the state to store, or the reason why nothing changes.</summary>
/// <param name="Advice">What is to be said about a policy that was taken.</param>
internal readonly record struct Decision(DomainState State, Refusal? Refusal, IReadOnlyList<PolicyAdvice>? Advice = null)
{
    public static implicit operator Decision(DomainState state) => new(state, null);
}

/// <summary>
/// The life of hosting as pure functions: (state, command, now) → state', which holds the effects to carry out. Nothing
/// here does I/O; everything here can be replayed.
/// </summary>
/// <param name="retirementEnd">The retirement clock; another one only in tests that show that a wrong rule is noticed.</param>
internal sealed class DomainLifecycle(NamingOptions naming, HostingOptions options, Func<DomainState, DateTimeOffset, HostingOptions, DateTimeOffset?>? retirementEnd = null)
{
    public HostingOptions Options => options;

    private readonly Func<DomainState, DateTimeOffset, HostingOptions, DateTimeOffset?> retirementEnd = retirementEnd ?? RetirementClock.End;

    public static Decision AddClaim(DomainState state, string workspace, string token, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is { } existing)
            return existing.Leaving ? Claims.Update(state, existing with { Leaving = false }) : state;
        if (PendingEffects.Has(state, EffectKind.ForgetClaim, workspace))
            return new(state, new Refusal(RefusalCodes.NotPossibleNow, "This domain is just being removed from the workspace, with its reports. Try again in a minute."));
        if (state.Claims.Length >= Claims.MaxPerDomain)
            return new(state, new Refusal(RefusalCodes.LimitReached, "Too many workspaces have claimed this domain. Ask the operator."));
        return Claims.Update(state, new Claim { Workspace = workspace, Token = token, ClaimedAt = now }) with { NextCheckAt = now };
    }

    /// <summary>A hosted domain retires first; the claim goes when that is over.</summary>
    public Decision RemoveClaim(DomainState state, string workspace, string by, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is null)
            return NotFound(state);
        state = DisableHosting(state, workspace, by, now).State;
        state = Claims.Update(state, Claims.Of(state, workspace)! with { Leaving = true });
        return WithRecords(LetGo(state, now), now);
    }

    /// <summary>Sets the policy a workspace wants, and serves it at once where that workspace's policy is being served.</summary>
    public Decision PutPolicy(DomainState state, string workspace, PolicyContent raw, string by, string? reason, bool isOverridden, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        if (reason is { Length: > PolicyContents.MaxReason })
            return new(state, new Refusal(RefusalCodes.Invalid, $"The reason has {reason.Length} characters; keep it within {PolicyContents.MaxReason}.", "reason"));
        var (content, refusal) = PolicyContents.Normalise(raw);
        if (content is null)
            return new(state, refusal);
        var advice = PolicyGuard.Advise(content, PolicyVersions.KnownFrom(state, workspace), KnownMx.Of(state, now), now);
        var overridden = advice.Where(item => item.NeedsOverride).ToArray();
        if (overridden.Length > 0 && !isOverridden)
            return new(state, PolicyGuard.NeedsOverride(overridden));
        ImmutableArray<string> codes = [.. overridden.Select(item => item.Code).Distinct()];
        state = Claims.Update(state, claim with { Draft = content, DraftBy = by, DraftOverridden = codes });
        if (!IsServedFor(state, workspace))
            return new(state, null, advice);
        state = PolicyContents.Same(PolicyVersions.Current(state)!.Content, content)
            ? WithAlerts(PolicyVersions.Accept(state), now)
            : AfterChange(PolicyVersions.Serve(state, content, workspace, by, reason, now, codes), now);
        return new(state, null, advice);
    }

    /// <summary>What <see cref="PutPolicy"/> would say.</summary>
    public static (IReadOnlyList<PolicyAdvice> Advice, Refusal? Refusal) CheckPolicy(DomainState state, string workspace, PolicyContent raw, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is null)
            return ([], NotFound(state).Refusal);
        var (content, refusal) = PolicyContents.Normalise(raw);
        return content is null ? ([], refusal) : (PolicyGuard.Advise(content, PolicyVersions.KnownFrom(state, workspace), KnownMx.Of(state, now), now), null);
    }

    /// <summary>Makes an earlier version of the workspace a new one.</summary>
    public Decision RestorePolicy(DomainState state, string workspace, int number, string by, bool isOverridden, DateTimeOffset now) =>
        state.Versions.FirstOrDefault(version => version.Number == number && version.Workspace == workspace) is { } version
            ? PutPolicy(state, workspace, version.Content, by, $"Version {number} restored", isOverridden, now)
            : new(state, new Refusal(RefusalCodes.NotFound, $"There is no version {number} of this workspace.", "number"));

    /// <summary>What would be enforced is compared with the MX records once more: they may have changed since the policy was set.</summary>
    public Decision EnableHosting(DomainState state, string workspace, string by, bool isOverridden, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { } claim)
            return NotFound(state);
        var draft = claim.Draft ?? PolicyContents.FromMx(KnownMx.Of(state, now), options);
        if (draft is null)
        {
            return new(state, new Refusal(RefusalCodes.PolicyMissing,
                "There is no policy to host: no MX record of the domain has been seen. Set the policy first, or publish the MX and check again.", "policy"));
        }
        var doubts = IsServedFor(state, workspace) ? [] : PolicyGuard.Doubts(draft, PolicyVersions.KnownFrom(state, workspace), KnownMx.Of(state, now), claim.DraftOverridden, now);
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
        state = state with { NextCheckAt = now };
        if (state.Holder != workspace || state.Serving != ServingState.Retiring)
            return state;
        // The hostname was never let go: back at once to where retiring began.
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
        // What was overridden was so for the mail of then.
        state = Claims.Update(state, claim with { HostingWanted = false, WantedSince = null, DraftOverridden = [] });
        return isServed ? Retire(state, workspace, by, "Hosting switched off", now) : state;
    }

    /// <summary>What follows from a check: who holds the domain, and whether hosting can begin.</summary>
    public DomainState Observe(DomainState state, Observation seen, DateTimeOffset now)
    {
        if (state.LastObservation is { } last && seen.At < last.At)
            return state;
        var holder = state.Holder;
        state = PolicyHosts.Note(Claims.Judge(KnownMx.Note(state with { LastObservation = seen }, seen), seen, naming, options), seen);
        if (state.Serving != ServingState.Off && seen.PolicyRecord.Status == DnsStatus.Found && seen.PolicyRecord.Ttl > (state.PolicyRecordTtl ?? 0))
            state = state with { PolicyRecordTtl = seen.PolicyRecord.Ttl };
        if (holder is not null && holder != state.Holder)
            state = HandOver(state, holder, now);
        var failingSince = state.OutsideFailingSince;
        state = Begin(Announcement.Seen(state, seen), seen, now);
        // What senders can no longer fetch may be lost at the provider: look there now, not in some hours.
        if (failingSince is null && state.OutsideFailingSince is not null && HostnameLoss.IsReliedOn(state))
            state = PendingEffects.Hasten(state, EffectKind.EnsureHostname, now);
        return WithAlerts(WithRecords(state with { NextCheckAt = now + CheckInterval(state, now) }, now), now);
    }

    /// <summary>What follows from the passing of time alone.</summary>
    /// <param name="handedOutSince">Since when the current version is handed out to gateways.</param>
    public DomainState Tick(DomainState state, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        if (Announcement.DueAt(state, handedOutSince, options) <= now)
            state = WithRecords(state with { AnnouncedNumber = PolicyVersions.Current(state)!.Number, AnnouncedAt = now }, now);
        if (state.Serving != ServingState.Retiring || now < retirementEnd(state, now, options))
            return state;
        state = state with { Serving = ServingState.Removing, ServingSince = now, Problem = null, NextStep = null };
        return PendingEffects.Add(PendingEffects.Drop(state, EffectKind.EnsureHostname), EffectKind.RemoveHostname, now);
    }

    /// <summary>How an effect ended.</summary>
    public DomainState EffectDone(DomainState state, string effectId, EffectOutcome outcome, DateTimeOffset now)
    {
        if (PendingEffects.Find(state, effectId) is not { } effect)
            return state;
        return effect.Kind switch
        {
            EffectKind.EnsureHostname => HostnameEnsured(state, effect, outcome, now),
            EffectKind.RemoveHostname => HostnameRemoved(state, effect, outcome, now),
            EffectKind.SetRecord or EffectKind.RemoveRecord => WithAlerts(DelegatedRecords.Done(state, effect, outcome, naming, options, now), now),
            _ when outcome.Completed => PendingEffects.Remove(state, effect.Id),
            _ => PendingEffects.Retry(state, effect, outcome.RetryAfter, now, options),
        };
    }

    /// <summary>A gateway that was cut off went on serving a version; the clock counts from there.</summary>
    public static DomainState ServedWhileCutOff(DomainState state, int number, DateTimeOffset until) => PolicyVersions.ServedUntil(state, number, until);

    /// <summary>When something is next to be done without anybody asking; null when nothing is.</summary>
    public DateTimeOffset? NextDueAt(DomainState state, DateTimeOffset now, DateTimeOffset handedOutSince)
    {
        var due = state.NextCheckAt;
        if (Announcement.DueAt(state, handedOutSince, options) is { } announce && (due is null || announce < due))
            due = announce;
        foreach (var effect in state.Effects)
        {
            if (due is null || effect.DueAt < due)
                due = effect.DueAt;
        }
        if (state.Serving == ServingState.Retiring && retirementEnd(state, now, options) is { } end && (due is null || end < due))
            due = end;
        if (IsEmpty(state) && state.QuietUntil is { } quiet && (due is null || quiet < due))
            due = quiet;
        return due;
    }

    /// <summary>Nobody claims it, nothing is served and everything is carried out: it needs no row any more.</summary>
    public static bool IsOver(DomainState state, DateTimeOffset now) => IsEmpty(state) && !(now < state.QuietUntil);

    private static bool IsEmpty(DomainState state) => state.Serving == ServingState.Off && state.Claims.IsEmpty && state.Effects.IsEmpty;

    // The name is let go only when nothing is served any more; until then the claim stays, marked as leaving.
    private static DomainState LetGo(DomainState state, DateTimeOffset now)
    {
        foreach (var claim in state.Claims)
        {
            if (!claim.Leaving || (state.Holder == claim.Workspace && state.Serving != ServingState.Off))
                continue;
            state = PendingEffects.Drop(Claims.Remove(state, claim.Workspace), EffectKind.SetAlerts, claim.Workspace);
            state = PendingEffects.Drop(state, EffectKind.EndReports, claim.Workspace);
            foreach (var token in ReportAddresses.Tokens(claim))
                state = PendingEffects.Add(state, EffectKind.ForgetToken, now, claim.Workspace, token);
            state = PendingEffects.Add(state, EffectKind.ForgetClaim, now, claim.Workspace);
        }
        return state;
    }

    private DomainState Begin(DomainState state, Observation seen, DateTimeOffset now)
    {
        if (state.Serving != ServingState.Off || now < state.QuietUntil || Claims.Holder(state) is not { HostingWanted: true, Draft: { } draft } holder)
            return state;
        if (!PolicyHosts.MayBegin(state, holder, seen, naming, options))
            return state;
        state = state with { Serving = ServingState.Provisioning, ServingSince = now, LifeSince = now, Problem = null, NextStep = null, Provider = null, CertificateExpiresAt = null };
        state = ServeUnasked(state, holder, draft, "Hosting began", now);
        return PendingEffects.Add(PendingEffects.Drop(state, EffectKind.EnsureHostname), EffectKind.EnsureHostname, now);
    }

    // The former holder's policy is no longer anybody's wish, but senders may have cached it: the clock goes on over it.
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
            return LetGo(PendingEffects.Add(PendingEffects.Drop(resumed, EffectKind.EnsureHostname), EffectKind.EnsureHostname, now), now);
        }
        return LetGo(state.Serving == ServingState.Retiring ? state : Retire(state, holder.Workspace, "service", "The domain changed hands", now), now);
    }

    // Nobody is there to be asked: what the owner would have to override is served in testing, and is said.
    private static DomainState ServeUnasked(DomainState state, Claim holder, PolicyContent draft, string reason, DateTimeOffset now)
    {
        var by = holder.DraftBy ?? holder.Workspace;
        var doubts = PolicyGuard.Doubts(draft, null, KnownMx.Of(state, now), holder.DraftOverridden, now);
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

    private DomainState HostnameEnsured(DomainState state, PendingEffect effect, EffectOutcome outcome, DateTimeOffset now)
    {
        state = HostnameLoss.Note(state, outcome, now) with { Problem = outcome.Problem, NextStep = outcome.NextStep, Provider = outcome.Provider ?? state.Provider };
        if (!outcome.Completed)
            return WithAlerts(PendingEffects.Retry(state, effect, outcome.RetryAfter, now, options), now);
        if (state.Serving == ServingState.Provisioning && PolicyHosts.IsUnreached(state))
        {
            state = state with { Problem = $"The policy host does not lead here yet: {state.LastObservation!.Reach!.Problem}", NextStep = "Publish the CNAME shown below, proxied or not." };
            return WithAlerts(PendingEffects.Retry(state, effect, options.CheckWhileWaiting, now, options), now);
        }
        if (state.Serving == ServingState.Provisioning)
        {
            // Whether senders get the policy is looked at now, not with the next check in an hour.
            state = state with { Serving = ServingState.Live, ServingSince = now, NextCheckAt = options.OutsideCheck == OutsideCheck.Off ? state.NextCheckAt : now };
        }
        if (state.Serving == ServingState.Retiring)
            state = state with { ResumeTo = ServingState.Live };
        state = state with { CertificateExpiresAt = outcome.CertificateExpiresAt };
        // It stays on the list: looked at again from time to time, so that a hostname lost at the provider is made anew.
        return WithAlerts(PendingEffects.Replace(state, effect with { Attempts = 0, DueAt = now + options.EnsureLive }), now);
    }

    private DomainState HostnameRemoved(DomainState state, PendingEffect effect, EffectOutcome outcome, DateTimeOffset now)
    {
        if (!outcome.Completed)
            return PendingEffects.Retry(state with { Problem = outcome.Problem, NextStep = outcome.NextStep }, effect, outcome.RetryAfter, now, options);
        state = PolicyVersions.Cease(PendingEffects.Remove(state, effect.Id), now);
        state = HostnameLoss.Forget(state) with { Serving = ServingState.Off, ServingSince = null, Problem = null, NextStep = null, Provider = null, CertificateExpiresAt = null, PolicyRecordTtl = null, NextCheckAt = now, QuietUntil = now + options.RemovalSettles };
        return WithRecords(LetGo(WithAlerts(state, now), now), now);
    }

    private DomainState WithRecords(DomainState state, DateTimeOffset now) => DelegatedRecords.Follow(state, naming, options, now);

    private DomainState AfterChange(DomainState state, DateTimeOffset now) => WithAlerts(state with { NextCheckAt = now }, now);

    private DomainState WithAlerts(DomainState state, DateTimeOffset now)
    {
        foreach (var claim in state.Claims)
        {
            var alerts = AlertRules.For(state, claim, naming, options, now);
            if (alerts.SequenceEqual(claim.Alerts))
                continue;
            state = PendingEffects.Drop(Claims.Update(state, claim with { Alerts = [.. alerts] }), EffectKind.SetAlerts, claim.Workspace);
            state = PendingEffects.Add(state, EffectKind.SetAlerts, now, claim.Workspace, alerts: alerts);
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
        // Another version was fetched: that a new one takes a moment to spread is no fault.
        if (PolicyVersions.Current(state) is { } current && state.LastObservation?.Fetch is { Problem: null } && state.SeenOutside != current.Number)
            return now - current.ServedFrom < options.OutsideGrace ? options.CheckWhileWaiting : options.CheckWhileFailing;
        if ((state.OutsideFailingSince ?? state.UnreachedSince) is not null && state.Serving != ServingState.Off)
            return options.CheckWhileFailing;
        return state.Serving == ServingState.Off ? options.CheckMonitored : options.CheckHosted;
    }

    private static bool IsServedFor(DomainState state, string workspace) => state.Holder == workspace && state.Serving is ServingState.Provisioning or ServingState.Live;

    private static Decision NotFound(DomainState state) =>
        new(state, new Refusal(RefusalCodes.NotFound, "This workspace has no claim on the domain. Add the domain first."));
}
