using System.Net;
using ARSoft.Tools.Net;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Rfc2136;

/// <summary>Where updates go.</summary>
internal sealed record UpdateTarget(IReadOnlyList<IPEndPoint> Servers, DomainName Zone, TimeSpan Timeout)
{
    /// <summary>A change reads, writes and reads back; with more unreachable servers it would exceed the host's time limit.</summary>
    public const int MaxServers = 4;

    private const int DnsPort = 53;

    public static UpdateTarget Of(Rfc2136Options options) => new(ReadServers(options.Servers)!, DomainName.Parse(options.Zone!), options.Timeout);

    /// <summary>Null: one of them is not an address, or there are none or too many.</summary>
    public static IReadOnlyList<IPEndPoint>? ReadServers(string setting) =>
        StrictAddress.TryParseServers(setting, DnsPort, out var servers, out _) && servers.Count is > 0 and <= MaxServers ? servers : null;
}
