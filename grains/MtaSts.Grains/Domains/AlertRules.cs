using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>What the owner should know about now. Only the holder of a served domain is warned: nobody else can lose mail by it.</summary>
internal static class AlertRules
{
    public static IReadOnlyList<AlertCondition> For(DomainState state, Claim claim, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (state.Holder != claim.Workspace || state.Serving == ServingState.Off || state.LastObservation is not { } seen)
            return [];
        List<AlertCondition> alerts = [];
        if (Cname(state, claim, seen, naming, options, now) is { } cname)
            alerts.Add(cname);
        if (state.Challenger is not null)
            alerts.Add(new("claim-challenged", AlertSeverity.Critical, "The DNS now names another workspace. If that is not you, restore the values shown on the domain's page."));
        if (DelegationAlerts.NotWritten(state, claim, seen, naming, options) is { } notWritten)
            alerts.Add(notWritten);
        else if (PolicyRecordAlert(state, seen, options, now, DelegationAlerts.IsDelegated(claim, seen, naming)) is { } record)
            alerts.Add(record);
        if (MxNotCovered(state, seen) is { } mx)
            alerts.Add(mx);
        if (state.OutsideFailingSince + options.OutsideGrace <= now && seen.Fetch?.Problem is { } outside)
            alerts.Add(new("policy-unreachable", AlertSeverity.Critical, $"Senders cannot get the policy: {outside}"));
        if (CaaChecks.Alert(state, seen, naming, now) is { } caa)
            alerts.Add(caa);
        if (HostnameLoss.Alert(state, options, now) is { } lost)
            alerts.Add(lost);
        if (state.Problem is { } problem && HostnameLoss.IsReliedOn(state) && !HostnameLoss.Lasts(state) && state.Effects.Any(effect => effect.Kind == EffectKind.EnsureHostname && effect.Attempts >= options.AlertAfterTries))
            alerts.Add(new("hostname-problem", AlertSeverity.Critical, $"{problem} {state.NextStep}".TrimEnd()));
        return alerts;
    }

    private static AlertCondition? Cname(DomainState state, Claim claim, Observation seen, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (seen.Cname.Status == DnsStatus.Failed || Evidence.Of(state, claim, seen, naming).IsCname)
            return null;
        if (PolicyHosts.IsHidden(state, claim, seen, naming))
        {
            return state.UnreachedSince + options.OutsideGrace <= now && seen.Reach?.Problem is { } problem
                ? new("policy-host-unreached", AlertSeverity.Critical, $"The policy host does not lead to us any more, so that senders cannot fetch the policy: {problem}")
                : null;
        }
        if (seen.Cname.Status != DnsStatus.NoName && Evidence.In(state, seen, naming).IsUnsure)
            return null; // The record that speaks for it may be the one that was not answered.
        var target = naming.CnameTarget(claim.Token);
        return new("cname-lost", AlertSeverity.Critical, $"The CNAME of the policy host no longer points to {target}. Senders cannot fetch the policy, and apply what they cached. Publish it again.");
    }

    private static AlertCondition? PolicyRecordAlert(DomainState state, Observation seen, HostingOptions options, DateTimeOffset now, bool isDelegated)
    {
        if (seen.PolicyRecord.Status == DnsStatus.Failed || Announcement.Version(state) is not { } announced || now < state.AnnouncedAt + options.RecordGrace)
            return null;
        var (change, publish) = isDelegated ? ("it is written by us, tell the operator", "it is written by us, tell the operator") : ("publish the new id", "publish it");
        return PolicyRecord.Select(seen.PolicyRecord.Values) switch
        {
            PolicyRecordReading.Found found when found.Record.Id == announced.Id => null,
            PolicyRecordReading.Found found => new("policy-record-mismatch", AlertSeverity.Warning, $"The policy record shows id {found.Record.Id}, the policy served has {announced.Id}. Senders keep what they know: {change}."),
            PolicyRecordReading.None => new("policy-record-missing", AlertSeverity.Warning, $"There is no policy record. New senders do not look for the policy: {publish}."),
            _ => new("policy-record-invalid", AlertSeverity.Warning, "The policy record cannot be read by senders, or there are several. Leave exactly the one shown on the domain's page."),
        };
    }

    private static AlertCondition? MxNotCovered(DomainState state, Observation seen)
    {
        var content = PolicyVersions.Current(state)!.Content;
        if (seen.Mx.Status != DnsStatus.Found || content.Mode == PolicyMode.None)
            return null;
        var uncovered = content.ToPolicy().NotAdmitted(seen.Mx.Values);
        if (uncovered.Count == 0)
            return null;
        return content.Mode == PolicyMode.Enforce
            ? new("mx-not-covered", AlertSeverity.Critical, $"No mx line of the policy covers {Names.Listed(uncovered)}. Senders that enforce the policy do not deliver there: add it.")
            : new("mx-not-covered", AlertSeverity.Warning, $"No mx line of the policy covers {Names.Listed(uncovered)}. Add it before the policy is enforced.");
    }
}
