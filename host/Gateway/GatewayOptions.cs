using MtaSts.Modules.Listening;

namespace MtaSts.Host.Gateway;

/// <summary>Section <c>Gateway</c>: the listener for senders.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    public const long LeastReportMemory = 14L * 1024 * 1024;

    private const int SixteenthsOfDescriptors = 6;
    private static readonly TimeSpan LongestUnderPressure = TimeSpan.FromSeconds(30);

    /// <summary>Where it listens; several URLs with semicolons between them, see <see cref="ListenUrl.TryParse"/>. With <c>https</c> the two certificate settings are needed.</summary>
    public string Url { get; set; } = "http://localhost:8461";

    /// <summary>Connections at once; never more than six sixteenths of the descriptors left to the listeners. When there are too many, idle ones are closed. Bounds: descriptors and memory.</summary>
    public int MaxConnections { get; set; } = 8_192;

    /// <summary>Connections at once of one address (IPv6: of one /64); never more than an eighth of <see cref="MaxConnections"/>. Bounds: one client that takes them all.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 1_024;

    /// <summary>Networks that <see cref="MaxConnectionsPerAddress"/> does not bound, addresses or networks separated by commas: a proxy of your own. Default: loopback.</summary>
    public string TrustedNetworks { get; set; } = "127.0.0.0/8,::1";

    /// <summary>PEM file of the certificate and its chain, for an <c>https</c> URL. Loaded anew when it changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// Shows the certificate whatever name a client asks for, also none: for a proxy that connects with the policy host's name while the certificate covers the
    /// origin's. Default: true with <c>Hosting:Provider=Cloudflare</c>, whose SNI towards a fallback origin is the custom hostname; else false (RFC 8461 §7.1).
    /// </summary>
    public bool? CertificateForAnyName { get; set; }

    /// <summary>
    /// PEM file of authorities: every connection over TLS must then show a client certificate that leads to one of them (authenticated origin pulls), those that
    /// ask for <c>/healthz</c> and <c>/readyz</c> included. Loaded anew when it changes. Default: none, and no certificate is asked for.
    /// </summary>
    public string? ClientCertificateAuthoritiesPath { get; set; }

    /// <summary><see cref="CertificateForAnyName"/> with its default.</summary>
    internal bool ShowsForAnyName => CertificateForAnyName ?? false;

    /// <summary>
    /// Bytes of report bodies held by all requests together; one that finds no room is answered 503. A quarter is kept for bodies below 256 KiB. At least 14 MiB.
    /// Bounds: memory, however many send however much.
    /// </summary>
    public long MaxReportMemory { get; set; } = 24L * 1024 * 1024;

    /// <summary>How long a copy is served without asking the domain's grain again.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a copy is served when the grain or its storage does not answer: an old policy beats no policy.</summary>
    public TimeSpan KeepWhenFailing { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A copy nobody has asked for goes after this, to give its memory back.</summary>
    public TimeSpan ForgetUnasked { get; set; } = TimeSpan.FromHours(25);

    /// <summary>Look-ups of hosts not in the cache that run at once: bounds what a flood of made-up names costs the storage.</summary>
    public int LaneWidth { get; set; } = 16;

    /// <summary>
    /// Look-ups that run at once of hosts known to be hosted and not in the cache yet: all of them, after a start. They wait in a lane of their own, separate from
    /// unknown names. Default 64: enough for the silo's threads, few enough for the storage's connections.
    /// </summary>
    public int HostedLaneWidth { get; set; } = 64;

    /// <summary>Look-ups that wait for the lane; one more is answered 503 at once.</summary>
    public int LaneQueue { get; set; } = 1_024;

    /// <summary>How long a request waits for a look-up: the fastest sender known gives up after 2 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Unknown hosts remembered for a lease, so that asking again costs nothing.</summary>
    public int MaxUnknownHosts { get; set; } = 20_000;

    /// <summary>The bounds of its connections.</summary>
    internal ConnectionLimits Connections() => ConnectionLimits.WithinDescriptors("gateway", SixteenthsOfDescriptors, MaxConnections, MaxConnectionsPerAddress) with
    {
        Uncounted = ClientNetwork.TryParseList(TrustedNetworks, out var networks, out _) ? networks : [],
        DropBusyAfter = LongestUnderPressure,
    };
}
