using System.Net;
using ARSoft.Tools.Net;

namespace MtaSts.Modules.Rfc2136;

/// <summary>Where updates go.</summary>
internal sealed record UpdateTarget(IReadOnlyList<IPEndPoint> Servers, DomainName Zone, TimeSpan Timeout)
{
    /// <summary>A change reads, writes and reads back; with more servers that are down it would not fit into the host's budget.</summary>
    public const int MaxServers = 4;

    private const int DnsPort = 53;

    public static UpdateTarget Of(Rfc2136Options options) => new(ReadServers(options.Servers)!, DomainName.Parse(options.Zone!), options.Timeout);

    /// <summary>Null: one of them is no address, or there are none or too many.</summary>
    public static IReadOnlyList<IPEndPoint>? ReadServers(string setting)
    {
        var servers = new List<IPEndPoint>();
        foreach (var text in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPEndPoint.TryParse(text, out var server))
                return null;
            servers.Add(server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server);
        }
        return servers.Count is > 0 and <= MaxServers ? servers : null;
    }
}
