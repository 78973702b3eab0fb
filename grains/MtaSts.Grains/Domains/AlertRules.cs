using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// What the owner should know about now. Only the holder of a served domain is warned: nobody else can lose mail by it. That lasts through the retirement, because
/// senders hold earlier policies: switching hosting off resolves no alert until the last cached copy has expired. A failed look-up neither
/// raises nor resolves an alert.
/// </summary>
internal static class AlertRules
{
    private const string CnameLost = "cname-lost";
    private const string Unreached = "policy-host-unreached";
    private const string MxUncovered = "mx-not-covered";
    private const string Unreachable = "policy-unreachable";
    private const string RecordMismatch = "policy-record-mismatch";
    private const string RecordMissing = "policy-record-missing";
    private const string RecordInvalid = "policy-record-invalid";

    public static IReadOnlyList<AlertCondition> For(DomainState state, Claim claim, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (state.Holder != claim.Workspace || state.Serving is ServingState.Off or ServingState.Removing || state.LastObservation is not { } seen)
            return [];
        List<AlertCondition> alerts = [];
        if (Cname(state, claim, seen, naming, options, now) is { } cname)
            alerts.Add(cname);
        if (state.Challenger is not null)
            alerts.Add(new("claim-challenged", AlertSeverity.Critical, "The DNS now names another workspace. If that is not you, restore the values shown on the domain's page."));
        if (seen.PolicyAlias is { Status: DnsStatus.Failed })
            alerts.AddRange(Open(claim, DelegationAlerts.Kind, RecordMismatch, RecordMissing, RecordInvalid));
        else if (DelegationAlerts.NotWritten(state, claim, seen, naming, options) is { } notWritten)
            alerts.Add(notWritten);
        else if (PolicyRecordAlert(state, claim, seen, options, now, DelegationAlerts.IsDelegated(claim, seen, naming)) is { } record)
            alerts.Add(record);
        if (MxNotCovered(state, claim, options, now) is { } mx)
            alerts.Add(mx);
        if (HeldBack(state) is { } heldBack)
            alerts.Add(heldBack);
        if (Outside(state, claim, seen, options, now) is { } outside)
            alerts.Add(outside);
        if (CaaChecks.Alert(state, claim, seen, naming, now) is { } caa)
            alerts.Add(caa);
        if (HostnameLoss.Alert(state, options, now) is { } lost)
            alerts.Add(lost);
        if (state.Problem is { } problem && HostnameLoss.IsReliedOn(state) && !HostnameLoss.Lasts(state) && state.Effects.Any(effect => effect.Kind == EffectKind.EnsureHostname && effect.Attempts >= options.AlertAfterTries))
            alerts.Add(new("hostname-problem", AlertSeverity.Critical, $"{problem} {state.NextStep}".TrimEnd()));
        return alerts;
    }

    private static AlertCondition? Cname(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (seen.Cname.Status == DnsStatus.Failed)
            return Open(claim, CnameLost, Unreached).FirstOrDefault();
        if (Evidence.Of(state, claim, seen, naming).IsCname)
            return null;
        if (PolicyHosts.IsHidden(state, claim, seen, naming))
        {
            if (seen.Reach is null)
                return Open(claim, Unreached).FirstOrDefault();
            return state.UnreachedSince + options.OutsideGrace <= now && seen.Reach.Problem is { } problem
                ? new(Unreached, AlertSeverity.Critical, $"The policy host does not lead to us any more, so that senders cannot fetch the policy: {problem}")
                : null;
        }
        if (seen.Cname.Status != DnsStatus.NoName && Evidence.In(state, seen, naming).IsUnsure)
            return Open(claim, CnameLost, Unreached).FirstOrDefault(); // The record that speaks for it may be the one that was not answered.
        var target = naming.CnameTarget(claim.Token);
        return new(CnameLost, AlertSeverity.Critical, $"The CNAME of the policy host no longer points to {target}. Senders cannot fetch the policy, and apply what they cached. Publish it again.");
    }

    private static AlertCondition? PolicyRecordAlert(DomainState state, Claim claim, Observation seen, HostingOptions options, DateTimeOffset now, bool isDelegated)
    {
        if (seen.PolicyRecord.Status == DnsStatus.Failed)
            return Open(claim, RecordMismatch, RecordMissing, RecordInvalid).FirstOrDefault();
        // The grace is for the owner to publish a new id: what was wrong before is not over by it.
        var isOpen = Open(claim, RecordMismatch, RecordMissing, RecordInvalid).Any();
        if (Announcement.Version(state) is not { } announced || (!isOpen && now < state.AnnouncedAt + options.RecordGrace))
            return null;
        var isRetiring = state.Serving == ServingState.Retiring;
        var (change, publish) = isDelegated ? ("this service writes it, tell its operator", "this service writes it, tell its operator") : ("publish the new id", "publish it");
        return PolicyRecord.Select(seen.PolicyRecord.Values) switch
        {
            PolicyRecordReading.Found found when found.Record.Id == announced.Id => null,
            PolicyRecordReading.Found found when isRetiring => new(RecordMismatch, AlertSeverity.Warning, $"The policy record still shows id {found.Record.Id}. Senders learn only from the new id {announced.Id} that hosting ends, and apply the previous policy until then: {change}."),
            PolicyRecordReading.None when isRetiring => new(RecordMissing, AlertSeverity.Warning, $"There is no policy record. Senders learn only from the new id that hosting ends, and apply the previous policy until it expires: {publish}."),
            PolicyRecordReading.Found found => new(RecordMismatch, AlertSeverity.Warning, $"The policy record shows id {found.Record.Id}, the policy served has {announced.Id}. Senders keep what they know: {change}."),
            PolicyRecordReading.None => new(RecordMissing, AlertSeverity.Warning, $"There is no policy record. New senders do not look for the policy: {publish}."),
            _ => new(RecordInvalid, AlertSeverity.Warning, "The policy record cannot be read by senders, or there are several. Leave exactly the one shown on the domain's page."),
        };
    }

    private static AlertCondition? MxNotCovered(DomainState state, Claim claim, HostingOptions options, DateTimeOffset now)
    {
        var content = PolicyVersions.Current(state)!.Content;
        if (KnownMx.Of(state, now) is not { } mx)
            return Open(claim, MxUncovered).FirstOrDefault();
        if (content.Mode == PolicyMode.None)
            return CachedPolicies.NotCovered(state, mx, MxUncovered, options, now);
        var uncovered = content.ToPolicy().NotAdmitted(mx.Values);
        if (uncovered.Count == 0)
            return null;
        return content.Mode == PolicyMode.Enforce
            ? new(MxUncovered, AlertSeverity.Critical, $"No mx line of the policy covers {Names.Listed(uncovered)}. Senders that enforce the policy do not deliver there: add it.")
            : new(MxUncovered, AlertSeverity.Warning, $"No mx line of the policy covers {Names.Listed(uncovered)}. Add it before the policy is enforced.");
    }

    private static AlertCondition? Outside(DomainState state, Claim claim, Observation seen, HostingOptions options, DateTimeOffset now)
    {
        if (Announcement.CouldNotTry(seen))
            return Open(claim, Unreachable).FirstOrDefault();
        return state.OutsideFailingSince + options.OutsideGrace <= now && seen.Fetch?.Problem is { } problem
            ? new(Unreachable, AlertSeverity.Critical, $"Senders cannot get the policy: {problem}")
            : null;
    }

    private static AlertCondition? HeldBack(DomainState state) => PolicyVersions.Current(state) is { HeldBack.IsEmpty: false } version
        ? new("enforce-held-back", AlertSeverity.Warning, $"{version.Reason} Look at the mx lines, then set the policy to enforce; or save it as it is, to stay in testing.")
        : null;

    private static IEnumerable<AlertCondition> Open(Claim claim, params string[] kinds) => claim.Alerts.Where(alert => kinds.Contains(alert.Kind));
}
