using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Cloudflare's side towards visitors and towards the zone's fallback origin.</summary>
public sealed class EdgeOptions
{
    /// <summary>Where visitors connect.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The address of the fallback origin: the gateway.</summary>
    public required IPEndPoint Origin { get; init; }

    /// <summary>The fallback origin's name, for which the origin's certificate may be valid too.</summary>
    public string? OriginName { get; init; }

    /// <summary>The edge's certificate for a custom hostname, with its key.</summary>
    public required Func<string, X509Certificate2> Certificate { get; init; }

    /// <summary>The authorities that Full (strict) accepts of the origin; null: Full, which accepts any certificate.</summary>
    public X509Certificate2Collection? OriginAuthorities { get; init; }

    /// <summary>The client certificate of authenticated origin pulls, with its key; null: they are off.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

    /// <summary>Browser Integrity Check, on by default in a zone as at Cloudflare: refuses requests without a User-Agent.</summary>
    public bool BrowserIntegrityCheck { get; set; } = true;

    /// <summary>Under Attack mode: every request is answered with a challenge.</summary>
    public bool UnderAttack { get; set; }
}
