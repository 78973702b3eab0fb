using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Mx;

/// <summary>Remembers for this silo whether its network lets connections to port 25 out, at all and over IPv6: <see cref="Port25Evidence"/>.</summary>
internal sealed partial class Port25Watch(TimeProvider clock, ILogger<Port25Watch>? logger = null) : IPort25Status
{
    private readonly ILogger logger = logger ?? NullLogger<Port25Watch>.Instance;
    private readonly Lock writing = new();
    private readonly long began = clock.GetTimestamp();
    private Port25Evidence all = Port25Evidence.None;
    private Port25Evidence ipv6 = Port25Evidence.None;

    public Port25Block Blocked => (all.State, ipv6.State) switch
    {
        (Port25State.Blocked, _) => Port25Block.All,
        (_, Port25State.Blocked) => Port25Block.Ipv6,
        _ => Port25Block.None,
    };

    public string? Problem => Blocked switch
    {
        Port25Block.All => "No MX host accepts connections from this machine to port 25. Its network probably blocks them, as many providers do. "
            + "MX hosts are not watched until one answers. Ask the provider to open outgoing connections to port 25, or set Outside:ProbeMx to false.",
        Port25Block.Ipv6 => "No MX host accepts connections from this machine to port 25 over IPv6, but over IPv4 they do. MX hosts are watched over IPv4 only. Check the IPv6 route of this machine.",
        _ => null,
    };

    /// <summary>The states after a further probe.</summary>
    /// <param name="workspaceId">The workspace of the probed domain.</param>
    /// <param name="hosts">Its MX hosts.</param>
    public (Port25State All, Port25State Ipv6) Saw(string workspaceId, IReadOnlyCollection<MxHost> hosts)
    {
        lock (writing)
        {
            var before = Problem;
            all = After(all, workspaceId, hosts, static _ => true);
            ipv6 = After(ipv6, workspaceId, hosts, static address => IPAddress.Parse(address.Address).AddressFamily == AddressFamily.InterNetworkV6);
            if (Problem is { } problem && problem != before)
                LogBlocked(problem);
            return (all.State, ipv6.State);
        }
    }

    /// <summary>Counted by the first silent host: several domains with the same MX host are one piece of evidence.</summary>
    private Port25Evidence After(Port25Evidence evidence, string workspaceId, IReadOnlyCollection<MxHost> hosts, Predicate<MxAddress> counts) => evidence.After(
        workspaceId,
        hosts.FirstOrDefault(host => host.Addresses.Any(address => counts(address) && Port25Evidence.IsSilence(address.Outcome)))?.Name ?? "",
        [.. hosts.SelectMany(static host => host.Addresses).Where(address => counts(address)).Select(static address => address.Outcome)],
        clock.GetElapsedTime(began));

    [LoggerMessage(1951, LogLevel.Warning, "{Problem}")]
    private partial void LogBlocked(string problem);
}
