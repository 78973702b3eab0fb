namespace MtaSts.Host.Gateway;

/// <summary>Section <c>Gateway</c>: the listener for senders.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    public const long LeastReportMemory = 14L * 1024 * 1024;

    /// <summary>Where it listens. With <c>https</c> the two certificate settings are needed.</summary>
    public string Url { get; set; } = "http://localhost:8461";

    /// <summary>PEM file of the certificate and its chain, for an <c>https</c> URL.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

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

    /// <summary>Look-ups that wait for the lane; one more is answered 503 at once.</summary>
    public int LaneQueue { get; set; } = 1_024;

    /// <summary>How long a request waits for a look-up: the fastest sender known gives up after 2 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>Unknown hosts remembered for a lease, so that asking again costs nothing.</summary>
    public int MaxUnknownHosts { get; set; } = 20_000;
}
