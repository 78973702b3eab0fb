using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Certificates;

namespace MtaSts.Host.Fetch;

/// <summary>The authorities that a fetch from outside trusts: the system's, or the operator's own in a private installation.</summary>
internal sealed class TrustedRoots : IDisposable
{
    private const string Setting = "Outside:TrustedRootsPath";
    private readonly AuthorityFile? own;

    public TrustedRoots(IOptions<FetchOptions> options, TimeProvider clock, ILogger<TrustedRoots> logger)
    {
        if (options.Value.TrustedRootsPath is not { } path)
            return;
        try
        {
            own = new AuthorityFile(Setting, path, clock, logger);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{Setting}: {exception.Message}", exception);
        }
    }

    public void Dispose() => own?.Dispose();

    /// <summary>
    /// The rules by which chains are built, for one chain. Nothing is downloaded: a certificate names the URL of its issuer, with which a server could direct the service to any address
    /// of the operator's network. Senders download nothing either. Revocation is not checked.
    /// </summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        if (own is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(own.Current);
        }
        return policy;
    }
}
