using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Certificates;

/// <summary>Reads PEM texts. A problem contains the file and what to do.</summary>
internal static class PemFiles
{
    private const string CertificateMark = "-----BEGIN CERTIFICATE-----";

    /// <summary>All certificates of a text. A truncated one is a problem, because the file may be incomplete.</summary>
    public static (X509Certificate2Collection? Certificates, string? Problem) Certificates(string path, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            return (null, $"{path} contains a damaged certificate. Write the file again, in PEM format.");
        }
        if (certificates.Count == 0)
            return (null, $"There is no certificate in {path}. It must be a PEM file with “{CertificateMark}”.");
        return certificates.Count == text.Split(CertificateMark).Length - 1
            ? (certificates, null)
            : (null, $"{path} contains a truncated certificate. Write the file again, in PEM format.");
    }

    /// <summary>A certificate with its key and chain.</summary>
    public static (LoadedCertificate? Certificate, string? Problem) Pair(string path, string text, string keyPath, string keyText)
    {
        var (chain, problem) = Certificates(path, text);
        if (chain is null)
            return (null, problem);
        if (!keyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return (null, $"There is no private key in {keyPath}. It must be a PEM file with “-----BEGIN PRIVATE KEY-----”.");
        if (keyText.Contains("ENCRYPTED", StringComparison.Ordinal))
            return (null, $"The private key in {keyPath} is encrypted. Store it without a passphrase, readable by this process alone.");
        try
        {
            using var pem = X509Certificate2.CreateFromPem(text, keyText);
            // Not every system accepts an ephemeral key for TLS; all accept one from PKCS #12.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return (new LoadedCertificate(certificate, SslStreamCertificateContext.Create(certificate, chain, offline: true)), null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return (null, $"The private key in {keyPath} does not belong to the first certificate in {path}, or cannot be read. Put the server's certificate first, its chain after it, and the key of that certificate into {keyPath}.");
        }
    }
}
