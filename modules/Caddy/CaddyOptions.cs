namespace MtaSts.Modules.Caddy;

/// <summary>Settings of the module. None needs to be set when Caddy runs on the same machine.</summary>
public sealed class CaddyOptions
{
    /// <summary>The section they stand in.</summary>
    public const string Section = "Caddy";

    /// <summary>
    /// Where the service listens for Caddy's question which names may have a certificate, and where Caddy finds it. Default
    /// <c>http://127.0.0.1:8462</c>. Any host but loopback needs <see cref="AskSecret"/>; a name, as of a container, listens on all addresses.
    /// </summary>
    public string AskUrl { get; set; } = "http://127.0.0.1:8462";

    /// <summary>Part of the question's path, so that nobody but Caddy can ask. Letters, digits, <c>-</c> and <c>_</c>; at least 20. Never logged.</summary>
    public string? AskSecret { get; set; }

    /// <summary>Where Caddy answers HTTPS, seen from the service: <c>address:port</c> or <c>name:port</c>. Default <c>127.0.0.1:443</c>.</summary>
    public string Address { get; set; } = "127.0.0.1:443";

    /// <summary>PEM file of authorities to trust besides the system's, for a private one.</summary>
    public string? TrustedRootsPath { get; set; }

    /// <summary>Where the Caddyfile is written at each start, when it has changed. Default <c>data/Caddyfile</c>; empty: nowhere.</summary>
    public string CaddyfilePath { get; set; } = "data/Caddyfile";

    /// <summary>Where the gateway answers, seen from Caddy. Default: <c>Gateway:Url</c>.</summary>
    public string Upstream { get; set; } = "http://localhost:8461";

    /// <summary>The address Caddy listens on. Default: all.</summary>
    public string? Bind { get; set; }

    /// <summary>For the ACME account: authorities write there when certificates are about to end.</summary>
    public string? Email { get; set; }

    /// <summary>The ACME directory to order from. Default: Caddy's own choice, Let's Encrypt and then ZeroSSL.</summary>
    public string? AcmeDirectory { get; set; }

    /// <summary>PEM file, readable for Caddy, of the authority that <see cref="AcmeDirectory"/>'s own certificate comes from, where it is a private one.</summary>
    public string? AcmeRootPath { get; set; }

    /// <summary>What CAA records must name one of for an order to succeed; told to owners whose records forbid it. To be set with <see cref="AcmeDirectory"/>, or nothing is compared.</summary>
    public IReadOnlyList<string> CaaNames { get; set; } = [];

    /// <summary><see cref="CaaNames"/>, or those of Caddy's default authorities; ZeroSSL goes by its issuer's name.</summary>
    internal IReadOnlyList<string> EffectiveCaaNames => CaaNames.Count > 0 ? CaaNames : AcmeDirectory is null ? ["letsencrypt.org", "sectigo.com"] : [];
}
