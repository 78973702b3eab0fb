using System.Net;
using System.Net.Sockets;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>The origin of a request, as a key for counts: addresses that one party can have in large numbers count as one.</summary>
/// <param name="Narrow">The IPv4 address, or the /64 of an IPv6 address, the smallest network that a customer gets.</param>
/// <param name="Wide">Its /24 or /48, which one customer of a provider can have. Null on private networks, where each address is a separate party.</param>
internal sealed record ClientNetwork(string Narrow, string? Wide)
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    /// <param name="context">After forwarded headers of trusted proxies were applied.</param>
    public static ClientNetwork Of(HttpContext? context) => Of(context?.Connection.RemoteIpAddress);

    public static ClientNetwork Of(IPAddress? address)
    {
        if (address is null)
            return new ClientNetwork("local", null);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        var isPrivate = Array.Exists(Private, network => network.Contains(address));
        return new ClientNetwork(Prefix(address, isV4 ? 32 : 64), isPrivate ? null : Prefix(address, isV4 ? 24 : 48));
    }

    private static string Prefix(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }
}
