using System.Net;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Fetch;

/// <summary>The addresses of a name that an outsider chose, as far as we may connect to them.</summary>
internal static class HostAddresses
{
    /// <summary>Addresses asked of one host; a zone may name hundreds.</summary>
    private const int Max = 8;

    public static async Task<(IReadOnlyList<IPAddress> Addresses, string? Problem)> FindAsync(IDnsLookup dns, FetchOptions options, string host, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(dns.QueryAsync(host, DnsType.A, cancellationToken), dns.QueryAsync(host, DnsType.Aaaa, cancellationToken));
        var addresses = found.SelectMany(answer => answer.Records).Select(record => IPAddress.TryParse(record.Value, out var address) ? address : null).OfType<IPAddress>().Distinct().Take(Max).ToArray();
        if (found.FirstOrDefault(answer => answer.Status == DnsStatus.Failed) is { } failed)
            return (addresses, $"The DNS gave no answer for the addresses of {host} ({failed.Problem}).");
        if (addresses.Length == 0)
            return (addresses, $"{host} has no address in the DNS.");
        return !options.AllowPrivateAddresses && addresses.FirstOrDefault(address => !PublicAddress.Is(address)) is { } inside
            ? (addresses, $"{host} has the address {inside}, which is not one of the public network.")
            : (addresses, null);
    }
}
