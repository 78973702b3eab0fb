using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Determines the version whose id may be published: a new version is served first, and its id is announced only when
/// no gateway can still serve its predecessor (RFC 8461 §8.1: a sender that sees a new id and fetches an old body keeps
/// the old body under the new id).
/// </summary>
internal static class Announcement
{
    /// <summary>How long the result of a fetch from outside is valid: many check intervals, so that a DNS outage of some hours changes nothing.</summary>
    public static readonly TimeSpan SeenFor = TimeSpan.FromDays(1);

    /// <summary>The version whose id is the one to publish; null while there is none.</summary>
    public static PolicyVersion? Version(DomainState state)
    {
        if (state.Serving == ServingState.Off)
            return null;
        foreach (var version in state.Versions)
        {
            if (version.Number == state.AnnouncedNumber)
                return version;
        }
        return null;
    }

    /// <summary>
    /// When the current version's id may be announced; null when it has been, or nothing is served. Counted from
    /// <paramref name="handedOutSince"/>, the time at which the running grain began to hand it out, because the time of the decision is earlier: by a slow write,
    /// or by a crash between the write and the first response.
    /// </summary>
    public static DateTimeOffset? DueAt(DomainState state, DateTimeOffset handedOutSince, HostingOptions options) =>
        PolicyVersions.Current(state) is { } current && current.Number != state.AnnouncedNumber && !AwaitsOutside(state, options) && !MovingIn.AwaitsCname(state)
            ? handedOutSince + options.Lease + options.AnnounceMargin
            : null;

    /// <summary>The current version was not fetched from outside, which is required before its id is announced.</summary>
    public static bool AwaitsOutside(DomainState state, HostingOptions options) =>
        options.OutsideCheck == OutsideCheck.Required && PolicyVersions.Current(state) is { } current && current.Number != state.AnnouncedNumber && current.Number != state.SeenOutside;

    /// <summary>Records the result of a fetch from outside.</summary>
    public static DomainState Seen(DomainState state, Observation seen)
    {
        if (CouldNotTry(seen))
            return state;
        if (seen.Fetch is not { } fetch || PolicyVersions.Current(state) is not { } current)
            return state with { OutsideFailingSince = null, SeenOutsideAt = null };
        var isReturned = fetch.Fault is null && fetch.BodyHash == PolicyFetch.HashOf(PolicyVersions.Body(current.Content));
        return state with
        {
            SeenOutside = isReturned ? current.Number : state.SeenOutside,
            SeenOutsideAt = isReturned ? seen.At : null,
            OutsideFailingSince = fetch.Fault is null ? null : state.OutsideFailingSince ?? seen.At,
        };
    }

    /// <summary>The state of the current version as seen from outside. A result older than <see cref="SeenFor"/> is ignored.</summary>
    public static OutsideFetch Outside(DomainState state, HostingOptions options, DateTimeOffset now) => PolicyVersions.Current(state) switch
    {
        null => OutsideFetch.None,
        _ when options.OutsideCheck == OutsideCheck.Off => OutsideFetch.Off,
        _ when state.OutsideFailingSince is not null => OutsideFetch.Failing,
        { Number: var number } when number == state.SeenOutside && now - state.SeenOutsideAt < SeenFor => OutsideFetch.Returned,
        _ => OutsideFetch.NotYet,
    };

    /// <summary>Nothing was fetched because a DNS lookup failed: this shows nothing about the policy.</summary>
    public static bool CouldNotTry(Observation seen) => seen.Fetch is { Fault.IsConclusive: false } || (seen.Fetch is null && (seen.Cname.Status == DnsStatus.Failed || (seen.Reach is null && !Evidence.SawRecords(seen)) || PolicyHosts.CouldNotTry(seen)));
}
