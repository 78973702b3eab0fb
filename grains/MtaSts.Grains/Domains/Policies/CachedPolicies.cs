using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Policies that senders may still apply although <c>mode: none</c> is served: a sender with a cached enforced policy continues to enforce it until it expires, or until it
/// sees another id (RFC 8461 §3.1, §8.3).
/// </summary>
internal static class CachedPolicies
{
    /// <summary>Whether the id of the current version is in the DNS, so that senders replace what they have cached (RFC 8461 §3.3). Null when unknown because the last lookup failed.</summary>
    public static bool? IsCurrentIdPublished(DomainState state) => state.LastObservation?.PolicyRecord switch
    {
        null or { Status: DnsStatus.Failed } => null,
        { Values: var values } => PolicyRecord.Select(values) is PolicyRecordReading.Found found && found.Record.Id == PolicyVersions.Current(state)?.Id,
    };

    /// <summary>The enforced policy that does not cover the domain's MX hosts and expires last; null when there is none.</summary>
    public static AlertCondition? NotCovered(DomainState state, LookupView mx, HostingOptions options, DateTimeOffset now)
    {
        var uncovered = state.Versions
            .Where(version => version.Content.Mode == PolicyMode.Enforce)
            .Select(version => (Until: RetirementClock.HeldUntil(state, version, now, options), Uncovered: version.Content.ToPolicy().NotAdmitted(mx.Values)))
            .Where(held => held.Until > now && held.Uncovered.Count > 0)
            .OrderByDescending(held => held.Until)
            .Select(held => held.Uncovered)
            .FirstOrDefault();
        return uncovered is null
            ? null
            : AlertCondition.Of(AlertKinds.MxNotCovered).With(AlertParameters.Mx, uncovered).With(AlertParameters.Mode, PolicyMode.Enforce.ToText()).With(AlertParameters.Cached, true).With(AlertParameters.Retiring, state.Serving == ServingState.Retiring);
    }
}
