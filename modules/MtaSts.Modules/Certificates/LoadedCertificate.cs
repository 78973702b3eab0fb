using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Certificates;

/// <summary>A server certificate ready for use. Never disposed of: a handshake in progress may use it after it was replaced.</summary>
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

    /// <summary>The DNS names it is valid for, including wildcards. The common name is not included (RFC 6125).</summary>
    public IReadOnlyList<string> Names =>
        [.. Certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];

    /// <summary>Whether it is valid for a name, directly or by a wildcard (RFC 6125 §6.4.3: one label).</summary>
    internal bool Covers(string name) =>
        Names.Contains(name, StringComparer.OrdinalIgnoreCase) || (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && Names.Contains("*" + name[dot..], StringComparer.OrdinalIgnoreCase));
}
