namespace MtaSts.Protocol.Reports;

/// <summary>Missing or untrusted DNS answers.</summary>
internal static class DnsReasons
{
    /// <summary>DANE and DNSSEC.</summary>
    public static IReadOnlyList<Reason> OfDane { get; } =
    [
        new()
        {
            Signs = ["No TLSA records", "No TLSA DNSSEC records", "No valid TLSA records", "DANE is required"],
            AtMailHost = new(
                "reason.tlsa-missing",
                "The sender requires DANE, and found no TLSA record of the MX host, or none that DNSSEC signs.",
                Fault.Dns,
                "Publish TLSA records at _25._tcp.<MX host> in a zone that is signed, or agree with the sender on MTA-STS.",
                []),
        },
        new()
        {
            Signs = ["all unusable records", "Invalid TLSA record", "no usable TLSA", "TLSA record does not have end entities"],
            AtMailHost = new(
                "reason.tlsa-unusable",
                "There are TLSA records, but none can be used for mail.",
                Fault.Dns,
                "Use usage 3 (or 2 with the authority's certificate in the chain), selector 1, matching type 1; usages 0 and 1 are not for mail (RFC 7672 §3.1.3).",
                []),
        },
        new()
        {
            // mox uses "dns-extended-error" only for errors of RFC 8914 about signatures.
            Signs = ["dnssec", "dns-extended-error", "signature expired", "signature not yet valid", "dnskey", "rrsigs missing", "nsec missing", "5.7.324", "4.7.324"],
            AtMailHost = Dnssec("reason.dnssec", [Bounces.MicrosoftDnssec]),
            AtPolicyHost = Dnssec("reason.policy-host-dnssec", []),
        },
    ];

    public static IReadOnlyList<Reason> OfTlsa { get; } =
    [
        new()
        {
            Signs = ["tlsa", "dane", "X509_V_ERR_DANE_NO_MATCH", "no matching DANE TLSA records", "No matching certificates found", "5.7.323", "4.7.323"],
            AtMailHost = new(
                "reason.tlsa",
                "No TLSA record matched the certificate.",
                Fault.Dns,
                "Publish TLSA records for the new certificate before it is used, and remove the old ones after.",
                [Bounces.MicrosoftTlsa]),
        },
    ];

    public static IReadOnlyList<Reason> OfLookups { get; } =
    [
        new()
        {
            Signs = ["NXDOMAIN", "SERVFAIL", "no such host", "name or service not known", "host not found", "dns", "extended-dns-error", "lookup", "5.4.312", "4.4.312"],
            AtMailHost = new(
                "reason.dns",
                "A name could not be looked up.",
                Fault.Dns,
                "Check the host's A and AAAA records; the name of an MX host that was removed may still be in the MX record.",
                ["4.4.3, 4.4.4, 5.4.4 Host not found", "4.4.312, 5.4.312 DNS query failed (Microsoft)"]),
            AtPolicyHost = new(
                "reason.policy-host-dns",
                "The policy host's name could not be looked up.",
                Fault.Dns,
                "Check the CNAME at mta-sts.<your domain>, and that all name servers of your zone answer for it.",
                []) { NextElsewhere = "Check the A, AAAA or CNAME record at mta-sts.<your domain>, and that all name servers of your zone answer for it." },
        },
    ];

    private static Explanation Dnssec(string id, IReadOnlyList<string> bounces) => new(
        id,
        "DNSSEC signatures did not verify.",
        Fault.Dns,
        "Check the zone's signatures and the DS record at the parent; an expired signature is the usual cause.",
        bounces);
}
