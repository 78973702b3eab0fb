namespace MtaSts.Protocol.Reports;

/// <summary>The result types of RFC 8460 §4.3. A report may hold others; they are kept as written.</summary>
public static class ResultTypes
{
    /// <summary>§4.3.1: the receiving host did not offer STARTTLS.</summary>
    public const string StarttlsNotSupported = "starttls-not-supported";

    /// <summary>§4.3.1: the certificate is for other names.</summary>
    public const string CertificateHostMismatch = "certificate-host-mismatch";

    /// <summary>§4.3.1: the certificate has expired.</summary>
    public const string CertificateExpired = "certificate-expired";

    /// <summary>§4.3.1: a trust problem that no more precise type covers; see the reason code.</summary>
    public const string CertificateNotTrusted = "certificate-not-trusted";

    /// <summary>§4.3.1: a general failure; see the reason code.</summary>
    public const string ValidationFailure = "validation-failure";

    /// <summary>§4.3.2.1: DANE: no TLSA record matched, or none was usable.</summary>
    public const string TlsaInvalid = "tlsa-invalid";

    /// <summary>§4.3.2.1: DANE: DNSSEC validation failed.</summary>
    public const string DnssecInvalid = "dnssec-invalid";

    /// <summary>§4.3.2.1: DANE: the sender requires DANE and the domain has none.</summary>
    public const string DaneRequired = "dane-required";

    /// <summary>§4.3.2.2: the policy could not be fetched.</summary>
    public const string StsPolicyFetchError = "sts-policy-fetch-error";

    /// <summary>§4.3.2.2: the policy was fetched but is not valid.</summary>
    public const string StsPolicyInvalid = "sts-policy-invalid";

    /// <summary>§4.3.2.2: the policy host's certificate did not verify.</summary>
    public const string StsWebpkiInvalid = "sts-webpki-invalid";

    private static readonly string[] Known =
        [StarttlsNotSupported, CertificateHostMismatch, CertificateExpired, CertificateNotTrusted, ValidationFailure, TlsaInvalid, DnssecInvalid, DaneRequired, StsPolicyFetchError, StsPolicyInvalid, StsWebpkiInvalid];

    /// <summary>Whether RFC 8460 defines the type, in exactly this spelling.</summary>
    public static bool IsKnown(string type) => Array.IndexOf(Known, type) >= 0;

    /// <summary>
    /// Whether an enforced policy, or DANE, turns the failure into undelivered mail. A policy that cannot be fetched does not: the sender applies its cached policy, or none
    /// (RFC 8461 §5.1).
    /// </summary>
    public static bool BlocksMail(string policyType, string resultType) => policyType is PolicyTypes.Sts or PolicyTypes.Tlsa && resultType is not (StsPolicyFetchError or StsPolicyInvalid or StsWebpkiInvalid);

    /// <summary>A known type in its standard spelling, ignoring case; any other as written.</summary>
    internal static string Normal(string type)
    {
        foreach (var known in Known)
        {
            if (ReferenceEquals(known, type) || string.Equals(known, type, StringComparison.OrdinalIgnoreCase))
                return known;
        }
        return type;
    }
}
