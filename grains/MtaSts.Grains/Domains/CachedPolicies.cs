using System.Globalization;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Policies that senders may still apply though <c>mode: none</c> is served: a sender that holds an enforced one goes on enforcing it until it expires, or until it
/// sees another id (RFC 8461 §3.1, §8.3).
/// </summary>
internal static class CachedPolicies
{
    /// <summary>The enforced policy that does not cover the domain's MX hosts and lasts longest; null when none does.</summary>
    public static AlertCondition? NotCovered(DomainState state, LookupView mx, string kind, HostingOptions options, DateTimeOffset now)
    {
        var (until, uncovered) = state.Versions
            .Where(version => version.Content.Mode == PolicyMode.Enforce)
            .Select(version => (Until: RetirementClock.HeldUntil(state, version, now, options), Uncovered: version.Content.ToPolicy().NotAdmitted(mx.Values)))
            .Where(held => held.Until > now && held.Uncovered.Count > 0)
            .OrderByDescending(held => held.Until)
            .FirstOrDefault();
        return uncovered is null
            ? null
            : new(kind, AlertSeverity.Critical, string.Create(
                CultureInfo.InvariantCulture,
                $"Senders may apply the enforced policy from before until {until.UtcDateTime:yyyy-MM-dd HH:mm} UTC, and no mx line of it covers {Names.Listed(uncovered)}: they do not deliver there. Publish the new id, and keep a covered MX host until then."));
    }
}
