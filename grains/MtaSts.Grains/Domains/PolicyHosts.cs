using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Whether a policy host leads to us. Its CNAME says so; where that cannot be seen, a request through the name does, if a record of the claim says that it should.
/// </summary>
internal static class PolicyHosts
{
    /// <summary>
    /// Hosting may begin for the holder. Without a visible CNAME the name must have led here, but for one case: at a hostname provider that answers for no name
    /// it does not have, nothing can arrive before the hostname was made. There a record that is published for nothing but this is enough, if the name has an
    /// address; what is then waited for is shown, and the domain is not live before it was reached.
    /// </summary>
    public static bool MayBegin(DomainState state, Claim holder, Observation seen, NamingOptions naming, HostingOptions options)
    {
        var evidence = Evidence.In(state, seen, naming);
        if (evidence.IsUnsure || evidence.Claim?.Workspace != holder.Workspace)
            return false;
        return evidence.IsCname || seen.Reach is { IsReached: true } || (options.HostnameBeforeReach && evidence.MayTakeOver && seen.Reach is { Addresses.Count: > 0 });
    }

    /// <summary>The token of the claim stands where it counts, and its CNAME is not to be seen.</summary>
    public static bool IsHidden(DomainState state, Claim claim, Observation seen, NamingOptions naming) =>
        seen.Cname.Status != DnsStatus.Failed && Evidence.Of(state, claim, seen, naming) is { Places: not TokenPlaces.None, IsCname: false };

    /// <summary>The last check tried to come here through the name, and did not.</summary>
    public static bool IsUnreached(DomainState state) => state.LastObservation?.Reach is { IsReached: false };

    /// <summary>Notes since when the name has led elsewhere. A check that could not try says nothing.</summary>
    public static DomainState Note(DomainState state, Observation seen) => seen switch
    {
        { Reach.IsReached: false } => state with { UnreachedSince = state.UnreachedSince ?? seen.At },
        { Reach: null, Cname.Status: DnsStatus.Failed } => state,
        { Reach: null } when !Evidence.SawRecords(seen) => state,
        _ => state with { UnreachedSince = null },
    };
}
