namespace MtaSts.Host.Mx;

/// <summary>Bounds of what an owner's DNS, and the servers that it names, can make a probe do.</summary>
internal static class MxLimits
{
    /// <summary>Hosts of a domain. Senders try few; a zone may name hundreds.</summary>
    public const int Hosts = 10;

    /// <summary>For one address, from the connection to QUIT. Some servers delay their greeting for six seconds, to recognise spam.</summary>
    public static readonly TimeSpan Address = TimeSpan.FromSeconds(10);

    /// <summary>For a domain: silent servers must not hold a probe for the number of their addresses.</summary>
    public static readonly TimeSpan Domain = TimeSpan.FromSeconds(30);

    /// <summary>For QUIT: a server that does not answer it loses nothing.</summary>
    public static readonly TimeSpan Quit = TimeSpan.FromSeconds(2);

    /// <summary>Bytes read of one server. A dialogue has 1 KB, a handshake with a long chain 20 KB; MailKit would read an endless line into memory.</summary>
    public const int Bytes = 128 * 1024;

    /// <summary>Concurrent connections of one domain: one with many silent addresses must not take those of all others.</summary>
    public const int AtOncePerDomain = 8;

    /// <summary>Concurrent connections to one network (IPv4 /24, IPv6 /48): many domains have the same MX hosts, which refuse clients with many connections.</summary>
    public const int AtOncePerNetwork = 4;

    /// <summary>Concurrent connections of the silo.</summary>
    public const int AtOnce = 32;

    /// <summary>Connections that may wait for one of these limits; each is bounded by <see cref="Domain"/>.</summary>
    public const int Waiting = 4_096;

    /// <summary>How long a connection to an address is shared with the probes of other domains: many have the same MX hosts, which would be dialled for each of them.</summary>
    public static readonly TimeSpan SharedFor = TimeSpan.FromMinutes(5);

    /// <summary>As <see cref="SharedFor"/>, when somebody waits for the result of a change.</summary>
    public static readonly TimeSpan SharedWhenAwaited = TimeSpan.FromSeconds(30);

    /// <summary>Connections that are shared at once. Bounds: memory, 1 KB each.</summary>
    public const int Shared = 4_096;

    /// <summary>DNS-IDs kept of a certificate; an issuer may write hundreds, and the result is stored.</summary>
    public const int Names = 5;

    /// <summary>TLSA records kept of a host. All are compared.</summary>
    public const int TlsaRecords = 8;

    /// <summary>Characters kept of a text that a server or a zone chose.</summary>
    public const int Text = 200;
}
