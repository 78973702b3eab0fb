using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Whose domain it is, by what one check saw.
/// <list type="number">
/// <item>A CNAME at the policy host with a claim's token decides alone: it is what leads senders here.</item>
/// <item>Where no such CNAME is to be seen (proxied or flattened by the DNS host, or it leads elsewhere) the other records count. All of them must name one
/// claim; when they name several, or one of them could not be looked at, nobody gets the domain by them.</item>
/// <item>The claim record and the delegated policy record say that this service is to host. The reporting records only ask for reports, which an owner asks of
/// several services: they count for claims that want hosting, and never take a domain from who holds it.</item>
/// <item>What stood there when the holder took the domain is left over from before and counts for nobody until it has gone and come back: the removal of the
/// holder's own records hands the domain to nobody.</item>
/// </list>
/// </summary>
/// <param name="Claim">Whom everything names; null when nothing does, or not everything the same.</param>
/// <param name="Places">Where its token stands.</param>
/// <param name="Ttl">The longest of these records' TTLs, in seconds.</param>
/// <param name="Contradicts">The records name several claims.</param>
/// <param name="IsUnsure">A look-up failed that might say otherwise: nothing is to change by it.</param>
internal sealed record Evidence(Claim? Claim, TokenPlaces Places, int Ttl, bool Contradicts, bool IsUnsure)
{
    /// <summary>Records that name the service as the host, not only as a reader of reports.</summary>
    public const TokenPlaces Hosting = TokenPlaces.PolicyHost | TokenPlaces.ClaimRecord | TokenPlaces.PolicyAlias;

    /// <summary>It may take the domain from another holder.</summary>
    public bool MayTakeOver => (Places & Hosting) != 0;

    /// <summary>The CNAME itself is to be seen.</summary>
    public bool IsCname => Places == TokenPlaces.PolicyHost;

    public static Evidence In(DomainState state, Observation seen, NamingOptions naming)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        foreach (var claim in state.Claims)
        {
            if (tokens.FirstOrDefault(token => token.Place == TokenPlaces.PolicyHost && token.Token == claim.Token) is { Token: not null } cname)
                return new(claim, TokenPlaces.PolicyHost, cname.Ttl, false, false);
        }
        var named = state.Claims.Select(claim => Of(claim, state.Holder, tokens)).Where(evidence => evidence.Places != TokenPlaces.None).ToArray();
        var unsure = seen.Cname.Status == DnsStatus.Failed || !SawRecords(seen);
        return named.Length == 1 ? named[0] with { IsUnsure = unsure } : new(null, TokenPlaces.None, 0, named.Length > 1, unsure);
    }

    /// <summary>All records beside the CNAME gave an answer.</summary>
    public static bool SawRecords(Observation seen)
    {
        foreach (var record in new[] { seen.ClaimRecord, seen.PolicyAlias, seen.ReportingAlias, seen.ReportingRecord })
        {
            if (record is null or { Status: DnsStatus.Failed })
                return false;
        }
        return true;
    }

    /// <summary>What the DNS says for this claim, whatever it says for others.</summary>
    public static Evidence Of(DomainState state, Claim claim, Observation seen, NamingOptions naming)
    {
        var tokens = TokensInDns.All(seen, naming).ToArray();
        return tokens.Any(token => token.Place == TokenPlaces.PolicyHost && token.Token == claim.Token)
            ? new(claim, TokenPlaces.PolicyHost, seen.Cname.Ttl, false, false)
            : Of(claim, state.Holder, tokens);
    }

    private static Evidence Of(Claim claim, string? holder, IReadOnlyList<TokenSeen> tokens)
    {
        var (places, ttl) = (TokenPlaces.None, 0);
        foreach (var token in tokens)
        {
            if (!ReportAddresses.IsOf(claim, token) || claim.LeftOver.HasFlag(token.Place) || !Counts(token.Place, claim, holder))
                continue;
            places |= token.Place;
            ttl = Math.Max(ttl, token.Ttl);
        }
        return new(claim, places, ttl, false, false);
    }

    private static bool Counts(TokenPlaces place, Claim claim, string? holder) =>
        place is TokenPlaces.ClaimRecord or TokenPlaces.PolicyAlias || claim.HostingWanted || claim.Workspace == holder;
}
