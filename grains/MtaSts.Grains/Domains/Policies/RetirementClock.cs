namespace MtaSts.Grains.Domains;

/// <summary>
/// When the last sender's cached copy of any policy ever served has expired (RFC 8461 §8.3): considers every version, not only
/// the last one, because an earlier version may have a longer lifetime. Removed versions are included by their maximum.
/// </summary>
internal static class RetirementClock
{
    /// <summary>
    /// The time until which <c>mode: none</c> must be served, if all versions except the retiring <c>none</c> version cease
    /// to be served at <paramref name="now"/> at the latest; null when nothing was ever served.
    /// </summary>
    public static DateTimeOffset? End(DomainState state, DateTimeOffset now, HostingOptions options)
    {
        var end = RemovedUntil(state, options);
        foreach (var version in state.Versions)
        {
            if (state.Serving is ServingState.Retiring or ServingState.Removing && version.ServedUntil is null)
                continue; // The none version that retires the others: a sender that still has it has no policy to enforce.
            var cached = HeldUntil(state, version, now, options);
            if (end is null || cached > end)
                end = cached;
        }
        return end;
    }

    /// <summary>The last time at which a sender may still have cached a version that ceases to be served at <paramref name="now"/> at the latest.</summary>
    public static DateTimeOffset HeldUntil(DomainState state, PolicyVersion version, DateTimeOffset now, HostingOptions options) =>
        (version.ServedUntil ?? now) + TimeSpan.FromSeconds(version.Content.MaxAge) + Unseen(state, options);

    /// <summary>The last time at which a sender may still have cached a version that is not kept any more; null when there is none.</summary>
    public static DateTimeOffset? RemovedUntil(DomainState state, HostingOptions options) => state.RemovedVersions?.CachedUntil + Unseen(state, options);

    /// <summary>How long after the end of serving a sender may still get and begin to cache a version.</summary>
    private static TimeSpan Unseen(DomainState state, HostingOptions options) => (options.ServedUnseen > options.Lease ? options.ServedUnseen : options.Lease) + PolicyRecordTtl(state, options);

    /// <summary>How long a resolver may continue to return the policy record's old id.</summary>
    public static TimeSpan PolicyRecordTtl(DomainState state, HostingOptions options)
    {
        var ttl = state.PolicyRecordTtl is { } seconds ? TimeSpan.FromSeconds(seconds) : options.AssumedPolicyRecordTtl;
        return ttl < options.LongestPolicyRecordTtl ? ttl : options.LongestPolicyRecordTtl;
    }
}
