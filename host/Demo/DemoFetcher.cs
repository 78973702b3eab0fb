using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Protocol;

namespace MtaSts.Host.Demo;

/// <summary>
/// The demo's replacement for the fetch over the public network. The demo's domains exist only in this process, so no connection is made. It returns
/// what a sender would get from the simulated Cloudflare: a certificate fault while the hostname has no certificate, otherwise the gateway's policy or
/// its 404 or 503.
/// </summary>
internal sealed class DemoFetcher(PolicyCache cache, DemoCloudflare cloudflare, TimeProvider clock) : IPolicyFetcher
{
    private const string DocumentationAddress = "192.0.2.1"; // RFC 5737

    public async Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        if (!await cloudflare.HasCertificateAsync(policyHost, cancellationToken))
            return new PolicyFetch(at, new FetchFault(FetchFaultKind.Certificate, DocumentationAddress), null, [DocumentationAddress], null);
        var answer = await cache.FindAsync(policyHost);
        return answer.Policy is { } policy
            ? new PolicyFetch(at, null, PolicyFetch.HashOf(policy.Body), [DocumentationAddress], null)
            : new PolicyFetch(at, answer.IsKnown ? new FetchFault(FetchFaultKind.NoPolicy, DocumentationAddress) : new FetchFault(FetchFaultKind.Status, DocumentationAddress, "503"), null, [DocumentationAddress], null);
    }
}
