namespace MtaSts.Grains.Domains;

/// <summary>
/// Which version's id may be shown as the one to publish: a new version is served first, and its id is announced only when
/// no gateway can still hand out its predecessor (RFC 8461 §8.1: a sender that sees a new id and fetches an old body keeps
/// the old body under the new id).
/// </summary>
internal static class Announcement
{
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
        PolicyVersions.Current(state) is { } current && current.Number != state.AnnouncedNumber
            ? handedOutSince + options.Lease + options.AnnounceMargin
            : null;
}
