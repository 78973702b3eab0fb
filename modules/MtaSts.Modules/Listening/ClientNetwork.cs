using System.Net;
using System.Net.Sockets;

namespace MtaSts.Modules.Listening;

/// <summary>The unit that counts as one client: an IPv4 address, or the /64 of an IPv6 address, the usual network of one subscriber.</summary>
public static class ClientNetwork
{
    private const int PrefixBytes = 8;

    /// <summary>The client's address, or its /64 with the other half zero. IPv4 in IPv6 (<c>::ffff:192.0.2.1</c>) is IPv4.</summary>
    public static IPAddress Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = Plain(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>Whether the address is in one of the networks, written as IPv4 or as IPv4 in IPv6.</summary>
    public static bool Contains(this IEnumerable<IPNetwork> networks, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(address);
        var plain = Plain(address);
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>Reads networks such as <c>10.0.0.0/8</c> and single addresses, separated by commas. False with the text that is neither.</summary>
    public static bool TryParseList(string? text, out IReadOnlyList<IPNetwork> networks, out string problem)
    {
        var read = new List<IPNetwork>();
        (networks, problem) = (read, "");
        foreach (var entry in StrictAddress.Entries(text))
        {
            if (StrictAddress.ParseNetwork(entry) is { } network)
                read.Add(network);
            else
                problem = entry.Length == 0 ? text! : entry;
        }
        return problem.Length == 0;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
