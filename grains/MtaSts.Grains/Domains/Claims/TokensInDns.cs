using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Places in the DNS that can contain a claim's token. Stored by name.</summary>
[Flags]
internal enum TokenPlaces
{
    None = 0,

    /// <summary>The CNAME at the policy host.</summary>
    PolicyHost = 1,

    /// <summary>The TXT record that contains nothing else: <c>mtasts-claim={token}</c> at <c>_mtasts-claim.{domain}</c>.</summary>
    ClaimRecord = 2,

    /// <summary>The CNAME of the delegated policy record.</summary>
    PolicyAlias = 4,

    /// <summary>The CNAME of the delegated reporting record.</summary>
    ReportingAlias = 8,

    /// <summary>A report address of the reporting record.</summary>
    ReportAddress = 16,
}

/// <summary>A token found in the DNS.</summary>
/// <param name="Ttl">TTL of the record, in seconds.</param>
internal readonly record struct TokenSeen(TokenPlaces Place, string Token, int Ttl);

/// <summary>Extracts the tokens from a check. They need not belong to a claim.</summary>
internal static class TokensInDns
{
    private const string MailTo = "mailto:";

    public static IEnumerable<TokenSeen> All(Observation seen, NamingOptions naming) =>
    [
        .. OfAliases(TokenPlaces.PolicyHost, seen.Cname, naming.CnameTarget("")),
        .. OfClaimRecord(seen.ClaimRecord),
        .. OfAliases(TokenPlaces.PolicyAlias, seen.PolicyAlias, naming.PolicyRecordTarget("")),
        .. OfAliases(TokenPlaces.ReportingAlias, seen.ReportingAlias, naming.ReportingRecordTarget("")),
        .. OfReportAddresses(seen, naming),
    ];

    private static IEnumerable<TokenSeen> OfAliases(TokenPlaces place, LookupView? alias, string? suffix)
    {
        if (alias is null || suffix is null)
            yield break;
        foreach (var value in alias.Values)
        {
            var name = value.EndsWith('.') ? value[..^1] : value;
            if (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
                yield return new(place, Lower(name[..^suffix.Length]), alias.Ttl);
        }
    }

    // Parsed strictly: the text is copied from the page, and variants have no meaning.
    private static IEnumerable<TokenSeen> OfClaimRecord(LookupView? record)
    {
        foreach (var value in record?.Values ?? [])
        {
            if (value.StartsWith(NamingOptions.ClaimText(""), StringComparison.Ordinal))
                yield return new(TokenPlaces.ClaimRecord, value[NamingOptions.ClaimText("").Length..], record!.Ttl);
        }
    }

    private static IEnumerable<TokenSeen> OfReportAddresses(Observation seen, NamingOptions naming)
    {
        // A record behind an alias to a third party was written by that party, not by the domain's owner.
        if (seen.ReportingAlias is { Status: DnsStatus.Found } alias && !OfAliases(TokenPlaces.ReportingAlias, alias, naming.ReportingRecordTarget("")).Any())
            yield break;
        if (ReportingRecord.Select(seen.ReportingRecord.Values) is not ReportingRecordReading.Found { Record: var record })
            yield break;
        var (mail, url) = (naming.ReportAddress(""), naming.ReportUrl(""));
        foreach (var address in record.Rua)
        {
            if (address.Value.StartsWith(MailTo, StringComparison.OrdinalIgnoreCase) && address.Value.EndsWith(mail, StringComparison.OrdinalIgnoreCase))
                yield return new(TokenPlaces.ReportAddress, Lower(address.Value[MailTo.Length..^mail.Length]), seen.ReportingRecord.Ttl);
            else if (url is not null && address.Value.StartsWith(url, StringComparison.OrdinalIgnoreCase))
                yield return new(TokenPlaces.ReportAddress, Lower(address.Value[url.Length..]), seen.ReportingRecord.Ttl);
        }
    }

    private static string Lower(string token) => token.ToLowerInvariant();
}
