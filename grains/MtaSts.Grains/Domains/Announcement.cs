using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Which version's id may be shown as the one to publish: a new version is served first, and its id is announced only when
/// no gateway can still hand out its predecessor (RFC 8461 §8.1: a sender that sees a new id and fetches an old body keeps
/// the old body under the new id).
/// </summary>
internal static class Announcement
{
    /// <summary>How long the result of a fetch from outside counts: many checks of a hosted domain, so that a DNS outage of some hours changes nothing.</summary>
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
    /// <paramref name="handedOutSince"/>, the moment the running grain began to hand it out: a slow write, or a crash
    /// between the write and the first answer, lies before it.
    /// </summary>
    public static DateTimeOffset? DueAt(DomainState state, DateTimeOffset handedOutSince, HostingOptions options) =>
        PolicyVersions.Current(state) is { } current && current.Number != state.AnnouncedNumber && !AwaitsOutside(state, options)
            ? handedOutSince + options.Lease + options.AnnounceMargin
            : null;

    /// <summary>The current version has not been seen from outside, and must be before its id is announced.</summary>
    public static bool AwaitsOutside(DomainState state, HostingOptions options) =>
        options.OutsideCheck == OutsideCheck.Required && PolicyVersions.Current(state) is { } current && current.Number != state.AnnouncedNumber && current.Number != state.SeenOutside;

    /// <summary>Notes what a fetch from outside has seen.</summary>
    public static DomainState Seen(DomainState state, Observation seen)
    {
        if (CouldNotTry(seen))
            return state;
        if (seen.Fetch is not { } fetch || PolicyVersions.Current(state) is not { } current)
            return state with { OutsideFailingSince = null, SeenOutsideAt = null };
        var isReturned = fetch.Problem is null && fetch.BodyHash == PolicyFetch.HashOf(PolicyVersions.Body(current.Content));
        return state with
        {
            SeenOutside = isReturned ? current.Number : state.SeenOutside,
            SeenOutsideAt = isReturned ? seen.At : null,
            OutsideFailingSince = fetch.Problem is null ? null : state.OutsideFailingSince ?? seen.At,
        };
    }

    /// <summary>What is known of the current version from outside. A result older than <see cref="SeenFor"/> no longer counts.</summary>
    public static OutsideFetch Outside(DomainState state, HostingOptions options, DateTimeOffset now) => PolicyVersions.Current(state) switch
    {
        null => OutsideFetch.None,
        _ when options.OutsideCheck == OutsideCheck.Off => OutsideFetch.Off,
        _ when state.OutsideFailingSince is not null => OutsideFetch.Failing,
        { Number: var number } when number == state.SeenOutside && now - state.SeenOutsideAt < SeenFor => OutsideFetch.Returned,
        _ => OutsideFetch.NotYet,
    };

    /// <summary>Nothing was fetched because the DNS did not say where to: that tells nothing about the policy.</summary>
    public static bool CouldNotTry(Observation seen) => seen is { Fetch: null } && (seen.Cname.Status == DnsStatus.Failed || (seen.Reach is null && !Evidence.SawRecords(seen)));
}
