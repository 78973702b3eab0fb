using System.Security.Cryptography;

namespace MtaSts.Grains.Domains;

/// <summary>The holder of a domain: the workspace whose token the owner published.</summary>
internal static class Claims
{
    /// <summary>Maximum number of claims of one domain. Real domains have one or two; bounds the stored state.</summary>
    public const int MaxPerDomain = 1_000;

    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const int TokenLength = 26; // 130 bits; valid as a DNS label and as a local part, both case-insensitive.

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

    /// <summary>
    /// The holder of the domain after this observation, see <see cref="Evidence"/>. A domain without a holder goes to the workspace of the observed token. Another workspace takes it over
    /// only when its token was observed twice, at least the TTL of its record apart; removed records and failed lookups change nothing.
    /// </summary>
    public static DomainState Judge(DomainState state, Observation seen, NamingOptions naming, HostingOptions options)
    {
        state = LeftOvers.Forget(state, seen, naming);
        var evidence = Evidence.In(state, seen, naming);
        if (evidence.IsUnsure)
            return state;
        if (evidence.Claim is not { } claim || claim.Workspace == state.Holder)
            return state with { Challenger = null, ChallengerSince = null };
        if (Holder(state) is null)
            return Give(state, claim, seen, naming);
        if (!evidence.MayTakeOver)
            return state with { Challenger = null, ChallengerSince = null };
        if (state.Challenger != claim.Workspace)
            return state with { Challenger = claim.Workspace, ChallengerSince = seen.At };
        var wait = TimeSpan.FromSeconds(Math.Max(evidence.Ttl, options.ShortestTakeoverWait.TotalSeconds));
        return seen.At - state.ChallengerSince < wait ? state : Give(state, claim, seen, naming);
    }

    private static DomainState Give(DomainState state, Claim claim, Observation seen, NamingOptions naming) =>
        LeftOvers.Note(state, claim.Workspace, seen, naming) with { Holder = claim.Workspace, Challenger = null, ChallengerSince = null };

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
