namespace MtaSts.Modules.Cloudflare;

/// <summary>Settings of the module.</summary>
public sealed class CloudflareOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Cloudflare";

    /// <summary>An API token with the zone permission “SSL and Certificates: Edit” for the zone. Required; never logged.</summary>
    public string ApiToken { get; set; } = "";

    /// <summary>The id of the zone with Cloudflare for SaaS: 32 hexadecimal digits. Required.</summary>
    public string ZoneId { get; set; } = "";

    /// <summary>Default <c>https://api.cloudflare.com/client/v4/</c>. Without TLS only on loopback.</summary>
    public Uri ApiUrl { get; set; } = new("https://api.cloudflare.com/client/v4/");

    /// <summary>
    /// Requests in five minutes allowed to one process. Default 400, a third of the 1,200 that Cloudflare allows to a
    /// user over all tokens and the dashboard. With several silos divide it by their number.
    /// </summary>
    public int RequestsPerFiveMinutes { get; set; } = 400;

    /// <summary>How long a listing of pending hostnames is used. Default 10 s; 1 s … 5 min.</summary>
    public TimeSpan ListingLifetime { get; set; } = TimeSpan.FromSeconds(10);
}
