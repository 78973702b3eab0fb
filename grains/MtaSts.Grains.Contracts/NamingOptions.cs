namespace MtaSts.Grains;

/// <summary>The names of the service, to which owners' DNS records point.</summary>
public sealed class NamingOptions
{
    /// <summary>CNAME targets are <c>{token}.{HostingTarget}</c>. Setting <c>Hosting:Target</c>, default <c>mta-sts.localhost</c>.</summary>
    public string HostingTarget { get; set; } = "mta-sts.localhost";

    /// <summary>Report addresses are <c>{token}@{IntakeMailDomain}</c>. Setting <c>Intake:MailDomain</c>, default <c>tlsrpt.localhost</c>.</summary>
    public string IntakeMailDomain { get; set; } = "tlsrpt.localhost";

    /// <summary>
    /// The URL to which senders may POST reports, without the token: <c>https://tlsrpt.example.net/tlsrpt</c>. Setting <c>Intake:HttpsUrl</c>; not set by
    /// default, because senders require HTTPS with a public certificate.
    /// </summary>
    public string? IntakeHttpsUrl { get; set; }

    /// <summary>
    /// The service's own zone for delegated records of domains, written by a DNS provider. Setting <c>Hosting:RecordZone</c>;
    /// null, the default: owners cannot delegate, and publish both TXT records themselves.
    /// </summary>
    public string? RecordZone { get; set; }

    /// <summary>Setting <c>Hosting:Provider</c>, default <c>Local</c>.</summary>
    public string HostnameProvider { get; set; } = "Local";

    public string CnameTarget(string token) => $"{token}.{HostingTarget}";

    /// <summary>
    /// Target of the CNAME at <c>_mta-sts.{domain}</c> when the owner delegates it (RFC 8461 §8.2). The token precedes the fixed labels: in the reverse
    /// order these records would create <c>{token}.{zone}</c>, and a wildcard of the service would no longer match it (RFC 4592 §2.2.2).
    /// </summary>
    public string? PolicyRecordTarget(string token) => RecordZone is null ? null : $"{token}._mta-sts.{RecordZone}";

    /// <summary>Target of the CNAME at <c>_smtp._tls.{domain}</c> when the owner delegates it.</summary>
    public string? ReportingRecordTarget(string token) => RecordZone is null ? null : $"{token}._smtp._tls.{RecordZone}";

    /// <summary>The text of the TXT record at <c>_mtasts-claim.{domain}</c>, with which an owner proves control if the CNAME is not visible.</summary>
    public static string ClaimText(string token) => "mtasts-claim=" + token;

    public string ReportAddress(string token) => $"{token}@{IntakeMailDomain}";

    public string? ReportUrl(string token) => IntakeHttpsUrl is null ? null : $"{IntakeHttpsUrl.TrimEnd('/')}/{token}";
}
