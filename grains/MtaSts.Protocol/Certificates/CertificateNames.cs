using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Protocol;

/// <summary>The host names in a certificate (RFC 6125): its DNS-IDs, the dNSName entries of the subject alternative name.</summary>
public static class CertificateNames
{
    /// <summary>The DNS-IDs as written; none when the extension is missing or malformed. Their number and characters are the issuer's.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static names => names.EnumerateDnsNames())];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>As the other, those that match the host first.</summary>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate, string host) => [.. Of(certificate).OrderByDescending(name => NameMatching.Matches(name, host))];

    /// <summary>RFC 8461 §4.2: a DNS-ID matches the host. The common name is not considered.</summary>
    public static bool Include(X509Certificate2 certificate, string host) => Of(certificate).Any(name => NameMatching.Matches(name, host));
}
