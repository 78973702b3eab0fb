namespace MtaSts.Grains.Domains;

/// <summary>
/// Records of other workspaces that stood in the DNS when the holder took the domain. Who moved from one workspace to another forgets such
/// records; they must not lead back when the new ones are removed one day.
/// </summary>
internal static class LeftOvers
{
    private const TokenPlaces Records = TokenPlaces.ClaimRecord | TokenPlaces.PolicyAlias | TokenPlaces.ReportingAlias | TokenPlaces.ReportAddress;

    /// <summary>Notes them when the domain goes to <paramref name="holder"/>. What could not be looked at may stand there.</summary>
    public static DomainState Note(DomainState state, string holder, Observation seen, NamingOptions naming)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        var all = !Evidence.SawRecords(seen);
        return state with { Claims = [.. state.Claims.Select(claim => Mark(claim, claim.Workspace == holder ? TokenPlaces.None : all ? Records : Places(claim, tokens)))] };
    }

    /// <summary>What has gone since counts again when it comes back.</summary>
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
