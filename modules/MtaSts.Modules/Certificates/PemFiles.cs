using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Certificates;

/// <summary>Reads PEM texts. A problem names the file and what to do.</summary>
internal static class PemFiles
{
    private const string CertificateMark = "-----BEGIN CERTIFICATE-----";

    /// <summary>All certificates of a text: one that is cut off is a problem, as a file is that is being written.</summary>
    public static (X509Certificate2Collection? Certificates, string? Problem) Certificates(string path, string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException)
        {
            return (null, $"{path} holds a certificate that is damaged. Write the file anew, in PEM form.");
        }
        if (certificates.Count == 0)
            return (null, $"There is no certificate in {path}. It must be a PEM file with “{CertificateMark}”.");
        return certificates.Count == text.Split(CertificateMark).Length - 1
            ? (certificates, null)
            : (null, $"{path} holds a certificate that is cut off. Write the file anew, in PEM form.");
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
            // A key that exists in memory alone is not taken for TLS on every system; one from PKCS #12 is.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return (new LoadedCertificate(certificate, SslStreamCertificateContext.Create(certificate, chain, offline: true)), null);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return (null, $"The private key in {keyPath} does not belong to the first certificate in {path}, or cannot be read. Put the server's certificate first, its chain after it, and the key of that certificate into {keyPath}.");
        }
    }
}
