namespace MtaSts.Grains;

/// <summary>The names under which the service is reached; what owners publish points to them.</summary>
public sealed class NamingOptions
{
    /// <summary>CNAME targets are <c>{token}.{HostingTarget}</c>. Setting <c>Hosting:Target</c>, default <c>mta-sts.localhost</c>.</summary>
    public string HostingTarget { get; set; } = "mta-sts.localhost";

    /// <summary>Report addresses are <c>{token}@{IntakeMailDomain}</c>. Setting <c>Intake:MailDomain</c>, default <c>tlsrpt.localhost</c>.</summary>
    public string IntakeMailDomain { get; set; } = "tlsrpt.localhost";

    /// <summary>
    /// Where senders may POST reports, without the token: <c>https://tlsrpt.example.net/tlsrpt</c>. Setting <c>Intake:HttpsUrl</c>; not set by
    /// default, because senders want HTTPS with a public certificate there.
    /// </summary>
    public string? IntakeHttpsUrl { get; set; }

    /// <summary>Setting <c>Hosting:Provider</c>, default <c>Local</c>.</summary>
    public string HostnameProvider { get; set; } = "Local";

    public string CnameTarget(string token) => $"{token}.{HostingTarget}";

    public string ReportAddress(string token) => $"{token}@{IntakeMailDomain}";

    public string? ReportUrl(string token) => IntakeHttpsUrl is null ? null : $"{IntakeHttpsUrl.TrimEnd('/')}/{token}";
}
