namespace MtaSts.Protocol.Reports;

/// <summary>Texts of non-delivery reports that several explanations quote.</summary>
internal static class Bounces
{
    public const string MicrosoftMx = "4.4.8, 5.4.8 MX hosts of '…' failed MTA-STS validation (Microsoft)";
    public const string MicrosoftCertificate = "5.7.5 Remote certificate failed MTA-STS validation (Microsoft)";
    public const string MicrosoftExpired = "4.7.322, 5.7.322 certificate-expired (Microsoft)";
    public const string MicrosoftHostMismatch = "4.7.325, 5.7.325 certificate-host-mismatch (Microsoft)";
    public const string MicrosoftStarttls = "4.7.321, 5.7.321 starttls-not-supported (Microsoft)";
    public const string MicrosoftTlsa = "4.7.323, 5.7.323 tlsa-invalid (Microsoft)";
    public const string MicrosoftDnssec = "4.7.324, 5.7.324 dnssec-invalid (Microsoft)";
    public const string PostfixNotTrusted = "4.7.5 Server certificate not trusted (Postfix)";
    public const string PostfixNotVerified = "4.7.5 Server certificate not verified (Postfix)";
    public const string PostfixStarttls = "4.7.4 TLS is required, but was not offered by host (Postfix)";
    public const string PostfixUnavailable = "4.3.0 server unavailable or unable to receive mail (Postfix 3.10)";
}
