using MtaSts.Modules.Listening;

namespace MtaSts.Host.Gateway;

/// <summary>Section <c>Gateway</c>: the listener for senders.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    public const long LeastReportMemory = 14L * 1024 * 1024;

    private const int SixteenthsOfDescriptors = 6;
    private static readonly TimeSpan LongestUnderPressure = TimeSpan.FromSeconds(30);

    /// <summary>URLs to listen on, separated by semicolons, see <see cref="ListenUrl.TryParse"/>. With <c>https</c> the two certificate settings are needed.</summary>
    public string Url { get; set; } = "http://localhost:8461";

    /// <summary>
    /// Maximum number of concurrent connections; never more than six sixteenths of the file descriptors available to the listeners. When the maximum is reached, idle
    /// connections are closed. Bounds: descriptors and memory.
    /// </summary>
    public int MaxConnections { get; set; } = 8_192;

    /// <summary>
    /// Maximum number of concurrent connections of one address (IPv6: of one /64); never more than an eighth of <see cref="MaxConnections"/>, so that one client cannot take
    /// them all.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 1_024;

    /// <summary>Networks to which <see cref="MaxConnectionsPerAddress"/> does not apply, addresses or networks separated by commas: for example your own proxy. Default: loopback.</summary>
    public string TrustedNetworks { get; set; } = "127.0.0.0/8,::1";

    /// <summary>PEM file of the certificate and its chain, for an <c>https</c> URL. Reloaded when it changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>
    /// Presents the certificate for any requested server name, and also if none is requested (no SNI): for a proxy that connects with the policy host's name while the
    /// certificate covers the origin's. Default: true with <c>Hosting:Provider=Cloudflare</c>, whose SNI towards a fallback origin is the custom hostname; else false (RFC
    /// 8461 §7.1).
    /// </summary>
    public bool? CertificateForAnyName { get; set; }

    /// <summary>
    /// PEM file of authorities: every TLS connection must then present a client certificate that chains to one of them (authenticated origin pulls),
    /// also for <c>/healthz</c> and <c>/readyz</c>. Reloaded when it changes. Default: none, and no client certificate is requested.
    /// </summary>
    public string? ClientCertificateAuthoritiesPath { get; set; }

    /// <summary><see cref="CertificateForAnyName"/> with its default.</summary>
    internal bool ShowsForAnyName => CertificateForAnyName ?? false;

    /// <summary>
    /// Maximum bytes of report bodies in memory, for all requests together; beyond it the answer is 503. A quarter is reserved for bodies below 256 KiB. One address may use
    /// an eighth, or a single body. Slow bodies are dropped first. At least 14 MiB. Bounds: memory, for any number and size of bodies.
    /// </summary>
    public long MaxReportMemory { get; set; } = 24L * 1024 * 1024;

    /// <summary>How long a gateway serves its copy of a policy without asking the domain's grain again.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a gateway serves its copy when the grain or its storage does not answer: an old policy is better than none.</summary>
    public TimeSpan KeepWhenFailing { get; set; } = TimeSpan.FromHours(24);

    /// <summary>A copy that was not requested for this long is removed from memory.</summary>
    public TimeSpan ForgetUnasked { get; set; } = TimeSpan.FromHours(25);

    /// <summary>Concurrent look-ups of hosts that are neither in the cache nor known to be hosted. Bounds the load on storage by a flood of invented names.</summary>
    public int LaneWidth { get; set; } = 16;

    /// <summary>
    /// Concurrent look-ups of hosts that are known to be hosted but not yet in the cache, as all are after a start. They do not wait for those of unknown names. Default 64:
    /// enough for the silo's threads, few enough for the storage's connections.
    /// </summary>
    public int HostedLaneWidth { get; set; } = 64;

    /// <summary>Look-ups of unknown names that may wait; beyond it the answer is 503 at once.</summary>
    public int LaneQueue { get; set; } = 1_024;

    /// <summary>How long a request waits for a look-up. The least patient sender known gives up after 2 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Unknown hosts cached for a lease, so that repeated requests cost nothing.</summary>
    public int MaxUnknownHosts { get; set; } = 20_000;

    /// <summary>The bounds of its connections.</summary>
    internal ConnectionLimits Connections() => ConnectionLimits.WithinDescriptors("gateway", SixteenthsOfDescriptors, MaxConnections, MaxConnectionsPerAddress) with
    {
        Uncounted = ClientNetwork.TryParseList(TrustedNetworks, out var networks, out _) ? networks : [],
        DropBusyAfter = LongestUnderPressure,
    };
}
