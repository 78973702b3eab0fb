using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The current conditions, by source. Alerts about a served policy go only to the holder, because only the holder can correct their cause. They also apply during
/// the retirement, because senders still have cached policies: switching hosting off resolves no alert until the last cached copy has expired. For the conditions of
/// a domain that is not served, see <see cref="WatchRules"/>. A failed lookup neither raises nor resolves an alert.
/// </summary>
internal static class AlertRules
{
    /// <summary>The conditions of each source of a domain; a source without conditions has an empty list.</summary>
    public static IReadOnlyList<(AlertSource Source, IReadOnlyList<AlertCondition> Conditions)> For(DomainState state, Claim claim, NamingOptions naming, HostingOptions options, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        if (state.LastObservation is not { } seen)
            return Only(source => []);
        var watched = WatchRules.InDns(state, claim, seen, naming, options, now);
        if (state.Holder != claim.Workspace || state.Serving is ServingState.Off or ServingState.Removing)
        {
            return Only(source => source switch
            {
                AlertSource.Dns => watched,
                AlertSource.MxProbe => MxAlerts.For(state, claim, options, now, toCalendar),
                AlertSource.OutsideFetch when state.Serving == ServingState.Off && !claim.Leaving => WatchRules.InFetch(state, claim, seen, options, now),
                _ => [],
            });
        }
        var (record, notWritten) = Records(state, claim, seen, naming, options, now);
        return
        [
            (AlertSource.Dns, Known(Cname(state, claim, seen, naming, options), Challenged(state), record, MxNotCovered(state, claim, options, now), CaaChecks.Alert(state, claim, seen, naming, now), watched.FirstOrDefault())),
            (AlertSource.OutsideFetch, Known(Unreached(state, claim, seen, naming, options, now), Outside(state, claim, seen, options, now))),
            (AlertSource.HostnameProvider, Known(HostnameLoss.Alert(state, options, now), HostnameProblem(state, options))),
            (AlertSource.DnsProvider, Known(notWritten)),
            (AlertSource.Policy, Known(HeldBack(state), MxPlanAlerts.For(state, claim, options, now, toCalendar))),
            (AlertSource.MxProbe, [.. MxAlerts.For(state, claim, options, now, toCalendar)]),
            (AlertSource.Rollout, [.. Rollout.Conditions(state, claim, now, toCalendar)]),
        ];
    }

    /// <summary>The sources that a domain's checks know; <see cref="AlertSource.Reports"/> sets its conditions itself.</summary>
    private static IReadOnlyList<(AlertSource Source, IReadOnlyList<AlertCondition> Conditions)> Only(Func<AlertSource, IEnumerable<AlertCondition>> of) =>
        [.. Enum.GetValues<AlertSource>().Where(source => source != AlertSource.Reports).Select(source => (source, (IReadOnlyList<AlertCondition>)[.. of(source)]))];

    private static AlertCondition[] Known(params ReadOnlySpan<AlertCondition?> conditions) => [.. conditions.ToArray().OfType<AlertCondition>()];

    private static AlertCondition? Cname(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options)
    {
        if (MovingIn.AwaitsCname(state) || MovingOut.IsServedElsewhere(state, claim, seen))
            return null;
        if (seen.Cname.Status == DnsStatus.Failed || PolicyHosts.CouldNotTry(seen))
            return Open(claim, AlertKinds.CnameLost);
        if (Evidence.Of(state, claim, seen, naming).IsCname || (PolicyHosts.IsHidden(state, claim, seen, naming) && !PolicyHosts.LeadsElsewhere(seen)))
            return null;
        if (IsUnsure(state, seen, naming) && !PolicyHosts.LeadsElsewhere(seen))
            return Open(claim, AlertKinds.CnameLost); // The lookup that failed may be the one that would confirm it.
        return AlertCondition.Of(AlertKinds.CnameLost).With(AlertParameters.Target, naming.CnameTarget(claim.Token)).With(AlertParameters.Seen, seen.Cname.Values);
    }

    /// <summary>The CNAME is not visible, and a request to the name does not arrive here.</summary>
    private static AlertCondition? Unreached(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (MovingIn.AwaitsCname(state) || MovingOut.IsServedElsewhere(state, claim, seen))
            return null;
        if (seen.Cname.Status == DnsStatus.Failed)
            return Open(claim, AlertKinds.PolicyHostUnreached);
        if (PolicyHosts.LeadsElsewhere(seen))
            return null; // The CNAME is lost.
        if (!PolicyHosts.IsHidden(state, claim, seen, naming))
            return !Evidence.Of(state, claim, seen, naming).IsCname && IsUnsure(state, seen, naming) ? Open(claim, AlertKinds.PolicyHostUnreached) : null;
        if (seen.Reach is null || PolicyHosts.CouldNotTry(seen))
            return Open(claim, AlertKinds.PolicyHostUnreached);
        return state.UnreachedSince + options.OutsideGrace <= now && seen.Reach.Fault is { } fault ? Faulty(AlertKinds.PolicyHostUnreached, fault) : null;
    }

    private static bool IsUnsure(DomainState state, Observation seen, NamingOptions naming) => seen.Cname.Status != DnsStatus.NoName && Evidence.In(state, seen, naming).IsUnsure;

    private static AlertCondition? Challenged(DomainState state) => state.Challenger is null ? null : AlertCondition.Of(AlertKinds.ClaimChallenged);

    private static (AlertCondition? Record, AlertCondition? NotWritten) Records(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (MovingOut.IsServedElsewhere(state, claim, seen))
            return (null, null);
        if (seen.PolicyAlias is { Status: DnsStatus.Failed })
            return (OpenRecord(claim), Open(claim, AlertKinds.PolicyRecordNotWritten));
        return NotWritten(state, claim, seen, naming, options) is { } notWritten
            ? (null, notWritten)
            : (Record(state, claim, seen, options, now, IsDelegated(claim, seen, naming)), null);
    }

    /// <summary>The owner's CNAME leads to the holder's record in the service's zone.</summary>
    private static bool IsDelegated(Claim claim, Observation seen, NamingOptions naming) => DelegatedRecords.LeadsTo(seen.PolicyAlias, naming.PolicyRecordTarget(claim.Token));

    /// <summary>The delegated record, which the service must keep correct, could not be written in several attempts.</summary>
    private static AlertCondition? NotWritten(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options) =>
        IsDelegated(claim, seen, naming) && DelegatedRecords.Find(state, naming.PolicyRecordTarget(claim.Token)) is { Problem: { } problem } record && record.Attempts >= options.AlertAfterTries
            ? AlertCondition.Of(AlertKinds.PolicyRecordNotWritten).With(AlertParameters.Reported, problem).With(AlertParameters.Advised, record.NextStep)
            : null;

    private static AlertCondition? Record(DomainState state, Claim claim, Observation seen, HostingOptions options, DateTimeOffset now, bool isDelegated)
    {
        if (seen.PolicyRecord.Status == DnsStatus.Failed)
            return OpenRecord(claim);
        // The grace period gives the owner time to publish a new id: it does not resolve an existing problem.
        if (Announcement.Version(state) is not { } announced || (OpenRecord(claim) is null && now < state.AnnouncedAt + options.RecordGrace))
            return null;
        var condition = PolicyRecord.Select(seen.PolicyRecord.Values) switch
        {
            PolicyRecordReading.Found found when found.Record.Id == announced.Id => null,
            PolicyRecordReading.Found found => AlertCondition.Of(AlertKinds.PolicyRecordMismatch).With(AlertParameters.Published, found.Record.Id),
            PolicyRecordReading.None => AlertCondition.Of(AlertKinds.PolicyRecordMissing),
            _ => AlertCondition.Of(AlertKinds.PolicyRecordInvalid),
        };
        return condition?.With(AlertParameters.Expected, announced.Id).With(AlertParameters.Delegated, isDelegated).With(AlertParameters.Retiring, state.Serving == ServingState.Retiring);
    }

    private static AlertCondition? MxNotCovered(DomainState state, Claim claim, HostingOptions options, DateTimeOffset now)
    {
        var content = PolicyVersions.Current(state)!.Content;
        if (KnownMx.Of(state, now) is not { } mx)
            return Open(claim, AlertKinds.MxNotCovered);
        if (content.Mode == PolicyMode.None)
            return CachedPolicies.NotCovered(state, mx, options, now);
        var uncovered = content.ToPolicy().NotAdmitted(mx.Values);
        var current = uncovered.Count == 0 ? null : AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mx, uncovered).With(AlertParameters.Mode, content.Mode.ToText());
        if (current is not null && content.Mode == PolicyMode.Enforce)
            return current;
        return CachedPolicies.IsCurrentIdPublished(state) switch
        {
            true => current,
            false => CachedPolicies.NotCovered(state, mx, options, now) ?? current,
            null => Open(claim, AlertKinds.MxNotCovered) is { } open && open.Parameters.ContainsKey(AlertParameters.Cached) ? open : current,
        };
    }

    private static AlertCondition? Outside(DomainState state, Claim claim, Observation seen, HostingOptions options, DateTimeOffset now)
    {
        if (Announcement.CouldNotTry(seen))
            return Open(claim, AlertKinds.PolicyUnreachable);
        return state.OutsideFailingSince + options.OutsideGrace <= now && seen.Fetch?.Fault is { } fault ? Faulty(AlertKinds.PolicyUnreachable, fault) : null;
    }

    private static AlertCondition? HostnameProblem(DomainState state, HostingOptions options) =>
        state.Hostname is { Problem: { } problem } hostname && HostnameLoss.IsReliedOn(state) && !HostnameLoss.Lasts(hostname) && hostname.Attempts >= options.AlertAfterTries
            ? AlertCondition.Of(AlertKinds.HostnameProblem).With(AlertParameters.Reported, problem).With(AlertParameters.Advised, hostname.NextStep)
            : null;

    private static AlertCondition? HeldBack(DomainState state) =>
        PolicyVersions.Current(state) is { HeldBack.IsEmpty: false } version ? AlertCondition.Of(AlertKinds.EnforceHeldBack).With(AlertParameters.Advice, version.HeldBack) : null;

    internal static AlertCondition Faulty(string kind, FetchFault fault) =>
        AlertCondition.Of(kind).With(AlertParameters.Fault, fault.Kind.ToString()).With(AlertParameters.Address, fault.Address).With(AlertParameters.Detail, fault.Detail);

    /// <summary>Returns the reported condition of a kind; null when none is reported.</summary>
    internal static AlertCondition? Open(Claim claim, string kind) => claim.Alerts.FirstOrDefault(alert => alert.Kind == kind);

    private static AlertCondition? OpenRecord(Claim claim) =>
        Open(claim, AlertKinds.PolicyRecordMismatch) ?? Open(claim, AlertKinds.PolicyRecordMissing) ?? Open(claim, AlertKinds.PolicyRecordInvalid);
}
