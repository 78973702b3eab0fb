using System.Security.Cryptography;

namespace MtaSts.Grains.Domains;

/// <summary>Who holds the domain: the workspace whose token the owner published, and nobody else.</summary>
internal static class Claims
{
    /// <summary>Claims one domain can have. Real domains have one or two; the cap bounds the stored state.</summary>
    public const int MaxPerDomain = 1_000;

    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const int TokenLength = 26; // 130 bits; a DNS label and a local part, both without regard to case.

    public static Claim? Of(DomainState state, string workspace)
    {
        foreach (var claim in state.Claims)
        {
            if (claim.Workspace == workspace)
                return claim;
        }
        return null;
    }

    public static Claim? Holder(DomainState state) => state.Holder is null ? null : Of(state, state.Holder);

    public static DomainState Update(DomainState state, Claim claim)
    {
        var index = IndexOf(state, claim.Workspace);
        return state with { Claims = index < 0 ? state.Claims.Add(claim) : state.Claims.SetItem(index, claim) };
    }

    public static DomainState Remove(DomainState state, string workspace)
    {
        var index = IndexOf(state, workspace);
        return state with
        {
            Claims = index < 0 ? state.Claims : state.Claims.RemoveAt(index),
            Holder = state.Holder == workspace ? null : state.Holder,
            Challenger = state.Challenger == workspace ? null : state.Challenger,
        };
    }

    public static string NewToken() => RandomNumberGenerator.GetString(Base32, TokenLength);

    /// <summary>The claim whose CNAME target stands in the DNS; null when none does.</summary>
    public static Claim? InDns(DomainState state, Observation seen, NamingOptions naming)
    {
        foreach (var value in seen.Cname.Values)
        {
            foreach (var claim in state.Claims)
            {
                if (string.Equals(value.TrimEnd('.'), naming.CnameTarget(claim.Token), StringComparison.OrdinalIgnoreCase))
                    return claim;
            }
        }
        return null;
    }

    /// <summary>
    /// Who holds the domain after this observation. A free domain goes to the token seen. A held one goes to another
    /// token only when that is seen twice, at least the CNAME's TTL apart; a CNAME that went away changes nothing.
    /// </summary>
    public static DomainState Judge(DomainState state, Observation seen, NamingOptions naming, HostingOptions options)
    {
        if (seen.Cname.Status == Modules.Dns.DnsStatus.Failed)
            return state;
        var claim = InDns(state, seen, naming);
        if (claim is null || claim.Workspace == state.Holder)
            return state with { Challenger = null, ChallengerSince = null };
        if (Holder(state) is null)
            return state with { Holder = claim.Workspace, Challenger = null, ChallengerSince = null };
        if (state.Challenger != claim.Workspace)
            return state with { Challenger = claim.Workspace, ChallengerSince = seen.At };
        var wait = TimeSpan.FromSeconds(Math.Max(seen.Cname.Ttl, options.ShortestTakeoverWait.TotalSeconds));
        return seen.At - state.ChallengerSince < wait
            ? state
            : state with { Holder = claim.Workspace, Challenger = null, ChallengerSince = null };
    }

    private static int IndexOf(DomainState state, string workspace)
    {
        for (var i = 0; i < state.Claims.Length; i++)
        {
            if (state.Claims[i].Workspace == workspace)
                return i;
        }
        return -1;
    }
}
