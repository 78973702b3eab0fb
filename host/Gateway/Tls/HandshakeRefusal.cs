namespace MtaSts.Host.Gateway.Tls;

/// <summary>Why a TLS handshake failed. A closed set: the values are labels of a metric.</summary>
internal enum HandshakeRefusal
{
    /// <summary>The client requested a name that the certificate does not cover (RFC 8461 §7.1).</summary>
    NameNotCovered,

    /// <summary>The client sent no server name (no SNI, RFC 6066 §3).</summary>
    NoName,

    /// <summary>A client certificate is required and none was sent.</summary>
    ClientCertificateMissing,

    /// <summary>The client certificate does not chain to an accepted authority, has expired, or is not for clients.</summary>
    ClientCertificateRefused,

    /// <summary>No version or cipher in common, no TLS at all, our certificate refused by the client, or the connection closed.</summary>
    NotCompleted,
}

/// <summary>Texts of the refusals.</summary>
internal static class HandshakeRefusalTexts
{
    /// <summary>The metric's label.</summary>
    public static string Label(this HandshakeRefusal refusal) => refusal switch
    {
        HandshakeRefusal.NameNotCovered => "name-not-covered",
        HandshakeRefusal.NoName => "no-name",
        HandshakeRefusal.ClientCertificateMissing => "client-certificate-missing",
        HandshakeRefusal.ClientCertificateRefused => "client-certificate-refused",
        _ => "not-completed",
    };

    /// <summary>For the operator: what it means and which setting avoids it.</summary>
    public static string Explain(this HandshakeRefusal refusal) => refusal switch
    {
        HandshakeRefusal.NameNotCovered => "the certificate does not cover the name asked for. If a proxy connects with the policy host's name, as Cloudflare does, set Gateway:CertificateForAnyName",
        HandshakeRefusal.NoName => "the client named no server (SNI). If a proxy of yours connects so, set Gateway:CertificateForAnyName",
        HandshakeRefusal.ClientCertificateMissing => "the client sent no certificate, and Gateway:ClientCertificateAuthoritiesPath requires one. If it is your Cloudflare zone, switch authenticated origin pulls on",
        HandshakeRefusal.ClientCertificateRefused => "the client's certificate is not one of the authorities in Gateway:ClientCertificateAuthoritiesPath",
        _ => "it was not completed: no TLS 1.2 or later, no TLS at all, or the client refused the gateway's certificate or went away",
    };
}
