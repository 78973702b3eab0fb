using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Certificates;

namespace MtaSts.Modules.Caddy.Sight;

/// <summary>The trusted authorities: the system's, and the operator's own in a private installation.</summary>
internal sealed class TrustedAuthorities(IOptions<CaddyOptions> options, TimeProvider clock, ILogger<TrustedAuthorities> logger) : IDisposable
{
    private const string Setting = "Caddy:TrustedRootsPath";
    private readonly Lazy<AuthorityFile?> own = new(() => Open(options.Value.TrustedRootsPath, clock, logger)); // Lazy, because another provider may be in use.

    /// <summary>True when the chain ends in a trusted authority.</summary>
    /// <param name="shown">The certificate.</param>
    /// <param name="sent">The intermediate certificates sent with it.</param>
    public bool Trusts(X509Certificate2 shown, X509Certificate2Collection sent) => Builds(shown, sent, null) || (own.Value is { } file && Builds(shown, sent, file.Current));

    public void Dispose()
    {
        if (own is { IsValueCreated: true, Value: { } file })
            file.Dispose();
    }

    private bool Builds(X509Certificate2 shown, X509Certificate2Collection sent, X509Certificate2Collection? roots)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true; // Senders do not download missing certificates of a chain either.
        policy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        policy.ExtraStore.AddRange(sent);
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }
        try
        {
            return chain.Build(shown);
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    private static AuthorityFile? Open(string? path, TimeProvider clock, ILogger logger)
    {
        try
        {
            return path is null ? null : new AuthorityFile(Setting, path, clock, logger);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{Setting}: {exception.Message}", exception);
        }
    }
}
