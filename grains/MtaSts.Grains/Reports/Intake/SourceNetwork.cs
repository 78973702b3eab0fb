using System.Net;
using System.Net.Sockets;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// The network that delivered an envelope: an IPv4 /24 or IPv6 /48, the size of one customer's network. Null where it does not distinguish senders: a local socket, a mailbox,
/// or a loopback or private address of a proxy or relay.
/// </summary>
internal static class SourceNetwork
{
    /// <param name="peer">In the format of sources: the address, optionally followed by a blank and more (<see cref="MtaSts.Modules.Reports.Envelope.Peer"/>).</param>
    public static string? Of(string? peer)
    {
        if (peer is null || !IPAddress.TryParse(peer.Split(' ', 2)[0], out var address))
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return IPAddress.IsLoopback(address) || IsPrivate(address) ? null : SendingNetwork.Of(address.ToString());
    }

    private static bool IsPrivate(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes() is [10, ..] or [192, 168, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..]
        : address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal;
}
