namespace MtaSts.Grains.Domains;

/// <summary>
/// Records of other workspaces that were in the DNS when the holder took the domain. Owners who move between workspaces forget such
/// records; they must not reverse the move when the new ones are removed.
/// </summary>
internal static class LeftOvers
{
    private const TokenPlaces Records = TokenPlaces.ClaimRecord | TokenPlaces.PolicyAlias | TokenPlaces.ReportingAlias | TokenPlaces.ReportAddress;

    /// <summary>Records them when the domain goes to <paramref name="holder"/>. A place with a failed lookup counts as occupied.</summary>
    public static DomainState Note(DomainState state, string holder, Observation seen, NamingOptions naming)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        var all = !Evidence.SawRecords(seen);
        return state with { Claims = [.. state.Claims.Select(claim => Mark(claim, claim.Workspace == holder ? TokenPlaces.None : all ? Records : Places(claim, tokens)))] };
    }

    /// <summary>A record that was removed counts again when it is published again.</summary>
    public static DomainState Forget(DomainState state, Observation seen, NamingOptions naming)
    {
        if (!Evidence.SawRecords(seen) || state.Claims.All(claim => claim.LeftOver == TokenPlaces.None))
            return state;
        var tokens = TokensInDns.All(seen, naming).ToArray();
        return state with { Claims = [.. state.Claims.Select(claim => Mark(claim, claim.LeftOver & Places(claim, tokens)))] };
    }

    private static TokenPlaces Places(Claim claim, IReadOnlyList<TokenSeen> tokens) =>
        tokens.Where(token => ReportAddresses.IsOf(claim, token)).Aggregate(TokenPlaces.None, (places, token) => places | token.Place) & Records;

    private static Claim Mark(Claim claim, TokenPlaces places) => claim.LeftOver == places ? claim : claim with { LeftOver = places };
}
