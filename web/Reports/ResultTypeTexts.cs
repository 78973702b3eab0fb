using MtaSts.Protocol.Reports;

namespace MtaSts.Web.Reports;

/// <summary>What a result type means and what to do next (RFC 8460 §4.3).</summary>
internal static class ResultTypeTexts
{
    private static readonly Dictionary<string, (string Means, string Next)> Texts = new(StringComparer.Ordinal)
    {
        [ResultTypes.StarttlsNotSupported] = (
            "The MX host did not offer STARTTLS, so the sender could not encrypt.",
            "Switch STARTTLS on at the host. If only some senders say so, look for a firewall or filter that strips it."),
        [ResultTypes.CertificateHostMismatch] = (
            "The certificate does not name the MX host.",
            "Get a certificate whose names include the host exactly as it stands in the MX record."),
        [ResultTypes.CertificateExpired] = (
            "The certificate of the MX host had expired.",
            "Renew it, reload the mail server, and find out why the renewal did not happen by itself."),
        [ResultTypes.CertificateNotTrusted] = (
            "The sender does not trust the certificate: it is self-signed, from an unknown authority, or the chain is incomplete.",
            "Use a certificate from a public authority and send its intermediate certificates along."),
        [ResultTypes.ValidationFailure] = (
            "A failure no more precise type covers. Often the MX host is not on the list of the policy that the sender has.",
            "Look at the reason in the single reports. Compare the policy's mx lines with the MX records, and check that the id in the DNS is the current one."),
        [ResultTypes.TlsaInvalid] = (
            "DANE: no TLSA record matched the certificate, or none was usable.",
            "Publish TLSA records for the new certificate before it is used, and remove the old ones after."),
        [ResultTypes.DnssecInvalid] = (
            "DANE: the DNSSEC signatures of the domain or the MX host did not verify.",
            "Check the zone's signatures and the DS record at the parent; an expired signature is the usual cause."),
        [ResultTypes.DaneRequired] = (
            "The sender insists on DANE, and the domain has none that it can use.",
            "Publish DNSSEC-signed TLSA records for the MX hosts, or agree with the sender on MTA-STS."),
        [ResultTypes.StsPolicyFetchError] = (
            "The policy could not be fetched over HTTPS.",
            "Check that the CNAME is in place. A few now and then are timeouts on the sender's side."),
        [ResultTypes.StsPolicyInvalid] = (
            "The policy was fetched and could not be read.",
            "Look at what the sender quotes in the single report: it may have come to another server through an old DNS entry."),
        [ResultTypes.StsWebpkiInvalid] = (
            "The certificate of the policy host did not verify.",
            "Check that the CNAME leads to us and nothing else answers for the policy host."),
    };

    public static (string Means, string Next) Of(string resultType) =>
        Texts.TryGetValue(resultType, out var text) ? text : ("Not a result type of RFC 8460; the sender's own words.", "Look at the single reports for the reason it gives.");
}
