using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>The dates of a plan: until when a sender may apply a policy without the new hosts, and until when it may deliver to the old ones.</summary>
internal static class MxPlanClock
{
    /// <summary>The TTL assumed for MX records of which none was seen: DNS hosts set a day at most by default.</summary>
    public static readonly TimeSpan AssumedMxTtl = TimeSpan.FromDays(1);

    /// <summary>The shortest wait: the TTL that a resolver returns may be the rest of a longer one, and a delivery that has begun continues with the hosts that it knows.</summary>
    public static readonly TimeSpan ShortestMxWait = TimeSpan.FromHours(1);

    /// <summary>Resolvers cap longer TTLs (RFC 8767 §4).</summary>
    public static readonly TimeSpan LongestMxTtl = TimeSpan.FromDays(7);

    /// <summary>The number of the first version since which every version has covered the new hosts; null when the current one does not.</summary>
    public static PolicyVersion? FirstWithNewHosts(DomainState state, MxPlan plan) =>
        PolicyVersions.Current(state) is null ? null : state.Versions.Reverse().TakeWhile(version => MxPlanPolicies.CoversNewHosts(version.Content, plan)).LastOrDefault();

    /// <summary>
    /// When the last cached copy of an enforced policy without the new hosts expires; null when there is none. A copy lives for its max_age from the last fetch, and some senders renew it
    /// without a fetch as long as the id in the DNS is the one under which they fetched it: so the copies of a version end with its max_age after the DNS showed a later id.
    /// </summary>
    /// <param name="isIdSkipped">The owner does not wait for the id: only fetches count.</param>
    public static DateTimeOffset? CachedWithoutNewHosts(DomainState state, MxPlan plan, bool isIdSkipped, HostingOptions options, DateTimeOffset now)
    {
        var first = FirstWithNewHosts(state, plan);
        var end = RetirementClock.RemovedUntil(state, options);
        foreach (var version in state.Versions)
        {
            if (version.Content.Mode != PolicyMode.Enforce || version.Number >= first?.Number || MxPlanPolicies.CoversNewHosts(version.Content, plan))
                continue;
            end = Later(end, RetirementClock.HeldUntil(state, version, now, options));
            var renewedUntil = PolicyVersions.RenewedUntil(state, version);
            if (!isIdSkipped && (renewedUntil is not null || version.Number >= (plan.PublishedBefore ?? first?.Number - 1)))
                end = Later(end, (renewedUntil ?? plan.IdSeenAt ?? now) + RetirementClock.PolicyRecordTtl(state, options) + TimeSpan.FromSeconds(version.Content.MaxAge));
        }
        return end;
    }

    /// <summary>When no resolver has the old MX records any more, if the new ones are published at <paramref name="switchedAt"/>.</summary>
    public static DateTimeOffset OldMxGoneAt(MxPlan plan, DateTimeOffset switchedAt)
    {
        var ttl = plan.OldMxTtl is { } seconds ? TimeSpan.FromSeconds(seconds) : AssumedMxTtl;
        return switchedAt + (ttl < ShortestMxWait ? ShortestMxWait : ttl > LongestMxTtl ? LongestMxTtl : ttl);
    }

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a.Value : b;
}
