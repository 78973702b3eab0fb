namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>The account and the zone that are simulated.</summary>
public sealed class SimulatorOptions
{
    /// <summary>The one token that is accepted.</summary>
    public required string Token { get; init; }

    /// <summary>Default: an invented zone.</summary>
    public string ZoneId { get; init; } = "5c0ffee0c0ffee0c0ffee0c0ffee0c0f";

    /// <summary>A name points to the zone when its CNAME is this or ends in it.</summary>
    public required string CnameTarget { get; init; }

    /// <summary>Null: none is set, and no certificate is validated.</summary>
    public string? FallbackOrigin { get; set; } = "origin.saas.example";

    /// <summary>Accepts names under test, example, invalid and localhost, and example.com, which Cloudflare refuses. For tests and demonstrations.</summary>
    public bool AllowReservedNames { get; init; }

    /// <summary>Accepts only reserved names: for a demonstration, which must not appear to serve a real name.</summary>
    public bool OnlyReservedNames { get; init; }

    /// <summary>Multiplies the delay between an order and its certificate: 1 as at Cloudflare, less for a demonstration.</summary>
    public double DelayFactor { get; init; } = 1;

    /// <summary>Hostnames included in the plan; beyond it <c>exceeded</c> is true.</summary>
    public int Allocated { get; init; } = 100;

    /// <summary>Hostnames at which creating is refused (1405).</summary>
    public int HardCap { get; init; } = 50_000;

    /// <summary>The filter <c>hostname.exact</c> of 2026 is supported; an older API ignores it like every unknown parameter.</summary>
    public bool KnowsExactFilter { get; init; } = true;

    /// <summary>The plain <c>hostname</c> filter matches names that contain the value, as older versions of the API do.</summary>
    public bool FilterMatchesParts { get; init; }

    /// <summary>DELETE answers with the envelope; else without. Both forms are documented.</summary>
    public bool EnvelopedDelete { get; init; }

    /// <summary>A certificate's expiry is in <c>ssl.certificates</c>; else in <c>ssl.expires_on</c>. Both forms are in use.</summary>
    public bool ListsCertificates { get; init; }

    /// <summary>How long a deleted hostname is shown as <c>pending_deletion</c>.</summary>
    public TimeSpan DeletionTakes { get; init; } = TimeSpan.Zero;

    /// <summary>15 certificates a minute, as Cloudflare; raised where a test orders many.</summary>
    public int CertificatesPerMinute { get; init; } = 15;

    /// <summary>Requests in five minutes, as Cloudflare.</summary>
    public int RequestsPerFiveMinutes { get; init; } = 1200;

    /// <summary>PATCH is refused for certificates that have timed out, so that they must be deleted and created again.</summary>
    public bool RefusesToRevive { get; init; }
}
