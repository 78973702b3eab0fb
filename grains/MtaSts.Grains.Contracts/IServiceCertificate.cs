using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The certificate that this process itself shows to senders, for its operator.</summary>
public interface IServiceCertificate
{
    /// <summary>How it stands now; null when the gateway speaks no TLS. Costs no I/O.</summary>
    ServiceCertificate? Now { get; }
}

/// <summary>The gateway's certificate as its operator sees it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Names">The DNS names it covers.</param>
/// <param name="NotBefore">Beginning of its validity.</param>
/// <param name="NotAfter">End of its validity.</param>
/// <param name="Term">How near it is to its end.</param>
/// <param name="Problems">Why files that stand there now are not used, and what to do.</param>
/// <param name="ForAnyName">Whether it is shown whatever name a client asks for.</param>
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

/// <summary>Refused handshakes of one reason.</summary>
/// <param name="Reason">The metric's label, such as <c>name-not-covered</c>.</param>
public sealed record RefusedHandshakes(string Reason, long Count);
