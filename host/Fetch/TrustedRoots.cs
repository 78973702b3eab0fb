using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Certificates;

namespace MtaSts.Host.Fetch;

/// <summary>Whose certificates a look from outside accepts: the system's authorities, or the operator's own in a private installation.</summary>
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

    /// <summary>True when the certificate is valid for the name asked for.</summary>
    public bool Judge(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors, Action<DateTimeOffset> expires)
    {
        if (certificate is not X509Certificate2 shown)
            return false;
        expires(shown.NotAfter.ToUniversalTime());
        if (own is null)
            return errors == SslPolicyErrors.None;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own.Current);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []); // What came with it, between it and the authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }
}
