using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Dkim;

/// <summary>
/// The organizational domain of a name, by the DNS tree walk of DMARC (RFC 9989 §4.10.2): DMARC records at the name and its parents determine
/// it; a name without any is its own organization. No public suffix list is shipped, because it would be outdated in every installation that is not updated.
/// </summary>
internal static class OrganizationalDomain
{
    /// <summary>Queries of one walk: after the first, a long name is cut to seven labels.</summary>
    private const int MaxSteps = 8;

    /// <summary>Null when the DNS did not answer.</summary>
    public static async Task<string?> Find(IDnsLookup dns, string domain, CancellationToken cancellationToken)
    {
        var organization = domain;
        var at = domain;
        for (var step = 0; step < MaxSteps; step++)
        {
            var answer = await dns.QueryAsync("_dmarc." + at, DnsType.Txt, cancellationToken);
            if (answer.Status == DnsStatus.Failed)
                return null;
            if (Record(answer) is { } tags)
            {
                switch (tags.GetValueOrDefault("psd", "u").ToLowerInvariant())
                {
                    case "n":
                        return at;
                    case "y" when at != domain:
                        return Below(domain, at);
                    case "y":
                        return domain;
                }
                organization = at; // The record with the fewest labels is used.
            }
            var labels = at.Split('.');
            if (labels.Length == 1)
                break;
            at = string.Join('.', labels[(labels.Length < MaxSteps ? 1 : labels.Length - MaxSteps + 1)..]);
        }
        return organization;
    }

    /// <summary>The one DMARC record of a name; several are treated as none.</summary>
    private static IReadOnlyDictionary<string, string>? Record(DnsAnswer answer)
    {
        var records = answer.Records.Where(record => record.Value.StartsWith("v=DMARC1", StringComparison.Ordinal)).Take(2).ToArray();
        return records is [var record] && TagList.Parse(record.Value) is { } tags && tags.GetValueOrDefault("v") == "DMARC1" ? tags : null;
    }

    private static string Below(string domain, string suffix)
    {
        var rest = domain[..^(suffix.Length + 1)];
        return rest[(rest.LastIndexOf('.') + 1)..] + "." + suffix;
    }
}
