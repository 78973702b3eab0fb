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
        var uncovered = state.Versions
            .Where(version => version.Content.Mode == PolicyMode.Enforce)
            .Select(version => (Until: RetirementClock.HeldUntil(state, version, now, options), Uncovered: version.Content.ToPolicy().NotAdmitted(mx.Values)))
            .Where(held => held.Until > now && held.Uncovered.Count > 0)
            .OrderByDescending(held => held.Until)
            .Select(held => held.Uncovered)
            .FirstOrDefault();
        return uncovered is null
            ? null
            : new(kind, AlertSeverity.Critical,
                $"Senders that hold the previous, enforced policy apply it until it expires, and no mx line of it covers {Names.Listed(uncovered)}: they do not deliver there. Publish the new id, and keep a covered MX host until the retirement ends; the domain's page shows the date.");
    }
}
