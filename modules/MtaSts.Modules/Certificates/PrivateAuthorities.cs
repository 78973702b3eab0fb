using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Certificates;

/// <summary>Trust in an operator's own authorities, for client libraries that let their caller decide by a callback only.</summary>
public static class PrivateAuthorities
{
    /// <summary>Accepts a server's certificate when its names cover the host that was asked for and its chain ends at one of the file's authorities.</summary>
    /// <remarks>Revocation is not checked, because private authorities rarely publish lists. Missing certificates of a chain are not downloaded here.</remarks>
    /// <param name="path">PEM file of one or more certificates; read once, now.</param>
    /// <exception cref="CryptographicException">The file contains no certificate.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public static RemoteCertificateValidationCallback Validation(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(path);
        if (roots.Count == 0)
            throw new CryptographicException($"{path} contains no certificate.");
        return (_, certificate, sent, errors) =>
        {
            if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
            foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            using var leaf = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
            return chain.Build(leaf);
        };
    }
}
