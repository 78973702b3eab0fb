using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Whether a policy host leads to this service. Its CNAME shows this. If the CNAME is not visible, a request to the name shows it, but only counts if a record of the claim requests hosting.
/// </summary>
internal static class PolicyHosts
{
    /// <summary>
    /// Whether hosting may begin for the holder. Without a visible CNAME a request must have arrived here, with one exception: at a provider that answers only for
    /// its own hostnames, no request can arrive before the hostname is created. There a record published only for this purpose is sufficient, if the name has an
    /// address; the pending step is shown, and the domain becomes live only when a request has arrived here.
    /// </summary>
    public static bool MayBegin(DomainState state, Claim holder, Observation seen, NamingOptions naming, HostingOptions options)
    {
        var evidence = Evidence.In(state, seen, naming);
        if (evidence.IsUnsure || evidence.Claim?.Workspace != holder.Workspace)
            return false;
        return evidence.IsCname || MovingIn.MayBegin(state, holder, evidence) || seen.Reach is { IsReached: true } || (options.HostnameBeforeReach && evidence.MayTakeOver && seen.Reach is { Addresses.Count: > 0 });
    }

    /// <summary>The token of the claim is in a relevant place, but its CNAME is not visible.</summary>
    public static bool IsHidden(DomainState state, Claim claim, Observation seen, NamingOptions naming) =>
        seen.Cname.Status != DnsStatus.Failed && Evidence.Of(state, claim, seen, naming) is { Places: not TokenPlaces.None, IsCname: false };

    /// <summary>The CNAME is visible, has another target, and a request to the name did not arrive here.</summary>
    public static bool LeadsElsewhere(Observation seen) => seen is { Cname.Status: DnsStatus.Found, Reach.IsReached: false } && !CouldNotTry(seen);

    /// <summary>The DNS gave no answer for the addresses of the name, so no request was sent: this shows nothing about the name.</summary>
    public static bool CouldNotTry(Observation seen) => seen.Reach is { Fault.Kind: FetchFaultKind.DnsFailed };

    /// <summary>The last check sent a request to the name, which did not arrive here.</summary>
    public static bool IsUnreached(DomainState state) => state.LastObservation?.Reach is { IsReached: false };

    /// <summary>Records since when the name leads elsewhere. A check that should have sent a request and could not changes nothing.</summary>
    public static DomainState Note(DomainState state, Observation seen) => seen switch
    {
        _ when CouldNotTry(seen) => state,
        { Reach.IsReached: false } => state with { UnreachedSince = state.UnreachedSince ?? seen.At },
        { Reach: null, Cname.Status: DnsStatus.Failed } => state,
        { Reach: null } when !Evidence.SawRecords(seen) => state,
        _ => state with { UnreachedSince = null },
    };
}
