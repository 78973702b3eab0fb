namespace MtaSts.Protocol.Reports;

/// <summary>
/// Reasons as senders write them, recognised by the words they contain: OpenSSL's verify codes and texts, those of Go's crypto/tls and x509, of rustls,
/// Microsoft's, mox' and Stalwart's, and results of policy fetches. The first matching row is used, so more precise rows come first.
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
