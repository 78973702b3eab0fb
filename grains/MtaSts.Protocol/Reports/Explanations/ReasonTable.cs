namespace MtaSts.Protocol.Reports;

/// <summary>
/// Reasons as senders write them, recognised by words that stand in them: OpenSSL's verify codes and texts, those of Go's crypto/tls and x509, of rustls,
/// Microsoft's, mox' and Stalwart's, and what fetching a policy can end in. The first row that fits wins, so that the more precise stand first.
/// </summary>
internal static class ReasonTable
{
    public static IReadOnlyList<Reason> All { get; } =
    [
        .. PolicyReasons.OfTheMxList,
        .. DnsReasons.OfDane,
        .. CertificateReasons.Precise,
        .. DnsReasons.OfTlsa,
        .. CertificateReasons.Other,
        .. ConnectionReasons.OfTls,
        .. PolicyReasons.OfTheFile,
        .. ConnectionReasons.OfTheNetwork,
        .. DnsReasons.OfLookups,
        .. PolicyReasons.Other,
    ];
}
