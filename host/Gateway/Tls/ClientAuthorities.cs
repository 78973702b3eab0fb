using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtaSts.Modules.Certificates;

namespace MtaSts.Host.Gateway.Tls;

/// <summary>Accepts only client certificates that chain to one of the authorities in a file (authenticated origin pulls).</summary>
internal sealed class ClientAuthorities(AuthorityFile file, TimeProvider clock)
{
    private static readonly Oid ForClients = new("1.3.6.1.5.5.7.3.2"); // RFC 5280 §4.2.1.12, id-kp-clientAuth. A certificate without extended key usage is valid for all uses.

    /// <summary>Null when the certificate is accepted; else the reason.</summary>
    /// <param name="sent">The intermediate certificates sent with it.</param>
    public string? Refuse(X509Certificate2 shown, X509Certificate2Collection sent)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(file.Current);
        policy.ExtraStore.AddRange(sent);
        policy.ApplicationPolicy.Add(ForClients);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true; // A client's certificate must not cause downloads from the URLs in it.
        policy.VerificationTime = clock.GetUtcNow().LocalDateTime;
        try
        {
            return chain.Build(shown) ? null : string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct());
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }
}
