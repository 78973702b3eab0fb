using System.Globalization;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Caddy.Sight;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Caddy;

/// <summary>
/// Policy hosts by the operator's Caddy, which orders a certificate at the first handshake with a name that the service allows. The provider creates
/// nothing: it observes Caddy's certificates, and Caddy may order only for names that the service serves.
/// </summary>
internal sealed class CaddyHostnameProvider(IHostedNames names, NameCheck check, CertificateSight sight, IOptions<CaddyOptions> options, TimeProvider clock) : IHostnameProvider, ICertificateAuthorities
{
    /// <summary>Stored with each hostname.</summary>
    public const string ProviderId = "hostname.caddy";

    /// <summary>Caddy renews when a third of a certificate's lifetime is left; at this fraction the renewal has failed.</summary>
    private const int LateFraction = 6;

    private const string SeeLog = "The operator must check Caddy's log (journalctl -u caddy). Ports 80 and 443 must be reachable from the Internet on every address of the CNAME's target.";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>An authority counts failed orders: Let's Encrypt refuses a name for an hour after five.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(10);

    public string Id => ProviderId;

    public IReadOnlyList<string> CaaIdentifiers => options.Value.EffectiveCaaNames;

    public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (await check.WhatIsMissingAsync(request, cancellationToken) is { } missing)
            return missing;
        // A refusal may be cached for a lease; a check before its end would look like a failure of Caddy.
        if (await names.FindAsync(request.PolicyHost) != HostedState.Hosted)
            return new HostnameProgress.Pending($"The policy of {request.PolicyHost} is about to be served.", null, Soon);
        return await sight.LookAsync(request.PolicyHost, cancellationToken) switch
        {
            Sighting.Certificate certificate => Judge(request, certificate),
            Sighting.Unacceptable unacceptable => new HostnameProgress.Failed(unacceptable.Reason, unacceptable.NextStep),
            Sighting.Ordering => new HostnameProgress.Pending($"Caddy is getting a certificate for {request.PolicyHost}.", null, Soon),
            Sighting.NoConnection none => new HostnameProgress.Failed(
                $"Caddy does not answer at {options.Value.Address} ({none.Cause}).",
                "The operator must start Caddy (systemctl start caddy), or set Caddy:Address to where it answers HTTPS."),
            _ => await check.WhatForbidsAsync(request, cancellationToken)
                ?? (HostnameProgress)new HostnameProgress.Pending($"Caddy has no certificate for {request.PolicyHost} and could not get one.", SeeLog, AfterRefusal),
        };
    }

    /// <summary>
    /// Removed at once: after the end of hosting the name is not allowed, so that Caddy neither orders nor renews for it. Its certificate expires;
    /// until then a handshake may succeed, and the answer is 404.
    /// </summary>
    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) => Task.FromResult<HostnameRemoval>(new HostnameRemoval.Removed());

    private HostnameProgress Judge(HostnameRequest request, Sighting.Certificate certificate)
    {
        if (certificate.Status is 502 or 504)
        {
            return new HostnameProgress.Failed(
                $"Caddy does not reach the gateway: HTTPS answers for {request.PolicyHost}, with status {certificate.Status}.",
                $"The operator must check that the gateway answers Caddy at {options.Value.Upstream} (Caddy:Upstream).");
        }
        var left = certificate.NotAfter - clock.GetUtcNow();
        return left < (certificate.NotAfter - certificate.NotBefore) / LateFraction
            ? new HostnameProgress.Failed(string.Create(CultureInfo.InvariantCulture, $"The certificate of {request.PolicyHost} ends at {certificate.NotAfter.UtcDateTime:u} and Caddy has not renewed it."), SeeLog)
            : new HostnameProgress.Live(certificate.NotAfter);
    }
}
