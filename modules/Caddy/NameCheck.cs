using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Caddy;

/// <summary>Checks the DNS of a policy host before an order, and after a failed order.</summary>
internal sealed class NameCheck(IDnsLookup dns)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <summary>Null when the policy host points here; otherwise a failed order would count against the authority's limits.</summary>
    public async Task<HostnameProgress?> WhatIsMissingAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        var answer = await dns.QueryAsync(request.PolicyHost, DnsType.Cname, cancellationToken);
        if (answer.Status == DnsStatus.Failed)
            return new HostnameProgress.Pending($"The DNS gave no answer for {request.PolicyHost} ({answer.Problem}).", null, LookAgain);
        if (answer.Records.Any(record => string.Equals(record.Value, request.CnameTarget, StringComparison.OrdinalIgnoreCase)))
            return null;
        // An owner's DNS may publish the target's addresses instead of the CNAME.
        if (answer.Status == DnsStatus.NoData && (await AddressesAsync(request.PolicyHost, cancellationToken))?.Intersect(await AddressesAsync(request.CnameTarget, cancellationToken) ?? []).Any() == true)
            return null;
        return new HostnameProgress.Pending($"{request.PolicyHost} does not point to {request.CnameTarget}.", $"Publish the CNAME to {request.CnameTarget}.", LookAgain);
    }

    /// <summary>The cause in the DNS why a certificate could not be issued; null when there is none.</summary>
    public async Task<HostnameProgress.Failed?> WhatForbidsAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (await AddressesAsync(request.PolicyHost, cancellationToken) is { Count: 0 })
        {
            return new HostnameProgress.Failed(
                $"{request.PolicyHost} points to {request.CnameTarget}, which has no address.",
                $"The operator must publish A or AAAA records for {Parent(request.CnameTarget)} and all names under it that point to Caddy.");
        }
        return null;
    }

    /// <summary>Null when the DNS gave no answer.</summary>
    private async Task<IReadOnlyList<string>?> AddressesAsync(string name, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(dns.QueryAsync(name, DnsType.A, cancellationToken), dns.QueryAsync(name, DnsType.Aaaa, cancellationToken));
        return answers.Any(answer => answer.Status == DnsStatus.Failed) ? null : [.. answers.SelectMany(answer => answer.Records).Select(record => record.Value)];
    }

    private static string Parent(string name) => name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
}
