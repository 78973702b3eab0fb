namespace MtaSts.Modules.Cloudflare.Dns;

/// <summary>Settings of the DNS provider.</summary>
public sealed class CloudflareDnsOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "CloudflareDns";

    /// <summary>An API token with the zone permission “DNS: Edit” for the zone. Required; never logged.</summary>
    public string ApiToken { get; set; } = "";

    /// <summary>The id of the zone that <c>Hosting:RecordZone</c> equals or belongs to: 32 hexadecimal digits. Required.</summary>
    public string ZoneId { get; set; } = "";

    /// <summary>Default <c>https://api.cloudflare.com/client/v4/</c>. Without TLS only on loopback.</summary>
    public Uri ApiUrl { get; set; } = new("https://api.cloudflare.com/client/v4/");

    /// <summary>
    /// Requests in five minutes allowed to one process. Default 400, a third of the 1,200 that Cloudflare allows to a user over all tokens; those of
    /// <c>Cloudflare:RequestsPerFiveMinutes</c> are additional. With several silos divide it by their number.
    /// </summary>
    public int RequestsPerFiveMinutes { get; set; } = 400;
}
