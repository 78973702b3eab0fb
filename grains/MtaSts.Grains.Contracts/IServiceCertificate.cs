using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The certificate that this process presents to senders, for the operator.</summary>
public interface IServiceCertificate
{
    /// <summary>Its current state; null when the gateway does not use TLS. No I/O.</summary>
    ServiceCertificate? Now { get; }
}

/// <summary>The gateway's certificate as shown to the operator.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Names">The DNS names it covers.</param>
/// <param name="NotBefore">Beginning of its validity.</param>
/// <param name="NotAfter">End of its validity.</param>
/// <param name="Term">Its remaining validity.</param>
/// <param name="Problems">Why the current files are not used, and what to do.</param>
/// <param name="ForAnyName">Whether it is presented for any server name.</param>
/// <param name="ClientAuthoritiesPath">The authorities of required client certificates; null when none are required.</param>
/// <param name="Refused">Handshakes refused since the start.</param>
public sealed record ServiceCertificate(
    string Path,
    IReadOnlyList<string> Names,
    DateTimeOffset NotBefore,
    DateTimeOffset NotAfter,
    CertificateTerm Term,
    IReadOnlyList<string> Problems,
    bool ForAnyName,
    string? ClientAuthoritiesPath,
    IReadOnlyList<RefusedHandshakes> Refused);

/// <summary>Number of refused handshakes for one reason.</summary>
/// <param name="Reason">The metric's label, such as <c>name-not-covered</c>.</param>
public sealed record RefusedHandshakes(string Reason, long Count);
