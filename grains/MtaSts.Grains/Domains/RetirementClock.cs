namespace MtaSts.Grains.Domains;

/// <summary>
/// When the last sender's cached copy of any policy ever served has expired (RFC 8461 §8.3): over every version, not only
/// the last one, because an earlier version may have promised longer.
/// </summary>
internal static class RetirementClock
{
    /// <summary>
    /// The moment until which <c>mode: none</c> must be served, if everything but the retiring <c>none</c> version ceases
    /// to be served at <paramref name="now"/> at the latest; null when nothing was ever served.
    /// </summary>
    public static DateTimeOffset? End(DomainState state, DateTimeOffset now, HostingOptions options)
    {
        DateTimeOffset? end = null;
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

    /// <summary>The last moment at which a sender may still hold a version that ceases to be served at <paramref name="now"/> at the latest.</summary>
    public static DateTimeOffset HeldUntil(DomainState state, PolicyVersion version, DateTimeOffset now, HostingOptions options) =>
        (version.ServedUntil ?? now) + (options.ServedUnseen > options.Lease ? options.ServedUnseen : options.Lease) + TimeSpan.FromSeconds(version.Content.MaxAge) + PolicyRecordTtl(state, options);

    /// <summary>How long a resolver may go on showing the policy record's old id.</summary>
    public static TimeSpan PolicyRecordTtl(DomainState state, HostingOptions options)
    {
        var ttl = state.PolicyRecordTtl is { } seconds ? TimeSpan.FromSeconds(seconds) : options.AssumedPolicyRecordTtl;
        return ttl < options.LongestPolicyRecordTtl ? ttl : options.LongestPolicyRecordTtl;
    }
}
