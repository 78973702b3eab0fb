using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The ownership of a domain, according to one check.
/// <list type="number">
/// <item>A CNAME at the policy host with a claim's token is sufficient: it leads senders here.</item>
/// <item>If no such CNAME is visible (proxied or flattened by the DNS host, or with another target) the other records decide. All of them must name one
/// claim; if they name several, or the lookup of one failed, no claim gets the domain.</item>
/// <item>The claim record and the delegated policy record request hosting by this service. The reporting records only request reports, which an owner may send to
/// several services: they count for claims that request hosting, and never take a domain from its holder.</item>
/// <item>Records that existed when the holder took the domain are ignored until they are removed and published again: removing the
/// holder's own records does not give the domain to another claim.</item>
/// </list>
/// </summary>
/// <param name="Claim">The claim that all records name; null when there is none or they differ.</param>
/// <param name="Places">The places of its token.</param>
/// <param name="Ttl">The longest of these records' TTLs, in seconds.</param>
/// <param name="Contradicts">The records name several claims.</param>
/// <param name="IsUnsure">A failed lookup might contradict this: nothing may change.</param>
internal sealed record Evidence(Claim? Claim, TokenPlaces Places, int Ttl, bool Contradicts, bool IsUnsure)
{
    /// <summary>Records that name the service as the host, not only as a reader of reports.</summary>
    public const TokenPlaces Hosting = TokenPlaces.PolicyHost | TokenPlaces.ClaimRecord | TokenPlaces.PolicyAlias;

    /// <summary>It may take the domain from another holder.</summary>
    public bool MayTakeOver => (Places & Hosting) != 0;

    /// <summary>The CNAME itself is visible.</summary>
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

    /// <summary>All lookups except that of the CNAME succeeded.</summary>
    public static bool SawRecords(Observation seen)
    {
        foreach (var record in new[] { seen.ClaimRecord, seen.PolicyAlias, seen.ReportingAlias, seen.ReportingRecord })
        {
            if (record is null or { Status: DnsStatus.Failed })
                return false;
        }
        return true;
    }

    /// <summary>The evidence for this claim only.</summary>
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
