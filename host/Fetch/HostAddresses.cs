using System.Net;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>The addresses of an untrusted name.</summary>
/// <param name="Addresses">IPv4 and IPv6 in turn, so that the limit leaves none of them out.</param>
/// <param name="Fault">Why some are missing, or why the service must not connect to them; null when it may.</param>
/// <param name="IsAuthentic">All look-ups were validated with DNSSEC.</param>
/// <param name="Alias">The name at the end of the CNAME chain; null when the name is no alias, or has no address.</param>
internal sealed record HostAddresses(IReadOnlyList<IPAddress> Addresses, FetchFault? Fault, bool IsAuthentic, string? Alias = null)
{
    /// <summary>Addresses used of one host; a zone may contain hundreds.</summary>
    public const int Max = 8;

    /// <summary>As text.</summary>
    public IReadOnlyList<string> Texts => [.. Addresses.Select(address => address.ToString())];

    /// <summary>Time limit of <see cref="FindAsync(IDnsLookup, FetchOptions, string, TimeProvider, CancellationToken)"/>: two attempts at a DNS server that is down, and one at the next.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Like the other overload, but within a time limit. After it, the DNS counts as unanswered: <see cref="FetchFaultKind.DnsFailed"/>.</summary>
    public static async Task<HostAddresses> FindAsync(IDnsLookup dns, FetchOptions options, string host, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await FindAsync(dns, options, host, either.Token);
    }

    public static async Task<HostAddresses> FindAsync(IDnsLookup dns, FetchOptions options, string host, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(dns.QueryAsync(host, DnsType.A, cancellationToken), dns.QueryAsync(host, DnsType.Aaaa, cancellationToken));
        IPAddress[] addresses =
        [
            .. found.SelectMany(answer => answer.Records.Select((record, index) => (record.Value, Index: index))).OrderBy(record => record.Index)
                .Select(record => IPAddress.TryParse(record.Value, out var address) ? address : null).OfType<IPAddress>().Distinct().Take(Max),
        ];
        return new HostAddresses(addresses, Judge(found, addresses, options), found.All(answer => answer.IsAuthentic), AliasOf(found, host));
    }

    private static string? AliasOf(DnsAnswer[] found, string host) =>
        found.SelectMany(static answer => answer.Records).Select(static record => record.Name).FirstOrDefault(name => !string.Equals(name, host, StringComparison.OrdinalIgnoreCase));

    private static FetchFault? Judge(DnsAnswer[] found, IPAddress[] addresses, FetchOptions options)
    {
        if (Array.Find(found, answer => answer.Status == DnsStatus.Failed) is { } failed)
            return new FetchFault(FetchFaultKind.DnsFailed, Detail: failed.Problem);
        if (addresses.Length == 0)
            return new FetchFault(FetchFaultKind.NoAddress);
        return Array.Find(addresses, address => !options.Allows(address)) is { } inside ? new FetchFault(FetchFaultKind.PrivateAddress, inside.ToString()) : null;
    }
}
