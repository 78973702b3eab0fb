using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Certificates;

/// <summary>A server certificate ready for use. Never disposed of: a handshake under way may hold it after it was replaced.</summary>
public sealed class LoadedCertificate
{
    internal LoadedCertificate(X509Certificate2 certificate, SslStreamCertificateContext context) => (Certificate, Context) = (certificate, context);

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate with its chain, to be shared by all handshakes: sessions are resumed within one context.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Beginning of its validity.</summary>
    public DateTimeOffset NotBefore => Certificate.NotBefore.ToUniversalTime();

    /// <summary>End of its validity.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter.ToUniversalTime();

    /// <summary>The DNS names it is valid for, wildcards as they stand. The common name is none of them (RFC 6125).</summary>
    public IReadOnlyList<string> Names =>
        [.. Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];
}
