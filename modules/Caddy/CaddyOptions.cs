namespace MtaSts.Modules.Caddy;

/// <summary>Settings of the module. All are optional when Caddy runs on the same machine.</summary>
public sealed class CaddyOptions
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Caddy";

    /// <summary>
    /// Where the service listens for Caddy's ask requests, and where Caddy sends them. Default <c>http://127.0.0.1:8462</c>. Any host except loopback
    /// needs <see cref="AskSecret"/>; a name, such as a container's, listens on all addresses.
    /// </summary>
    public string AskUrl { get; set; } = "http://127.0.0.1:8462";

    /// <summary>Part of the path of ask requests, so that only Caddy can send them. Letters, digits, <c>-</c> and <c>_</c>; at least 20. Never logged.</summary>
    public string? AskSecret { get; set; }

    /// <summary>Where the service reaches Caddy's HTTPS listener: <c>address:port</c> or <c>name:port</c>. Default <c>127.0.0.1:443</c>.</summary>
    public string Address { get; set; } = "127.0.0.1:443";

    /// <summary>PEM file of authorities to trust in addition to the system's, for a private authority.</summary>
    public string? TrustedRootsPath { get; set; }

    /// <summary>Where the Caddyfile is written at each start, when it has changed. Default <c>data/Caddyfile</c>; empty: nowhere.</summary>
    public string CaddyfilePath { get; set; } = "data/Caddyfile";

    /// <summary>Where Caddy reaches the gateway. Default: <c>Gateway:Url</c>.</summary>
    public string Upstream { get; set; } = "http://localhost:8461";

    /// <summary>The address Caddy listens on. Default: all.</summary>
    public string? Bind { get; set; }

    /// <summary>For the ACME account: authorities send notices about expiring certificates.</summary>
    public string? Email { get; set; }

    /// <summary>The ACME directory to order from. Default: Caddy's own choice, Let's Encrypt and then ZeroSSL.</summary>
    public string? AcmeDirectory { get; set; }

    /// <summary>PEM file, readable for Caddy, of the private authority that issued <see cref="AcmeDirectory"/>'s own certificate.</summary>
    public string? AcmeRootPath { get; set; }

    /// <summary>CAA records must name one of these for an order to succeed; shown to owners whose records forbid it. Set it with <see cref="AcmeDirectory"/>,
    /// or CAA records are not checked.</summary>
    public IReadOnlyList<string> CaaNames { get; set; } = [];

    /// <summary><see cref="CaaNames"/>, or those of Caddy's default authorities; ZeroSSL uses the name of its issuer.</summary>
    internal IReadOnlyList<string> EffectiveCaaNames => CaaNames.Count > 0 ? CaaNames : AcmeDirectory is null ? ["letsencrypt.org", "sectigo.com"] : [];
}
