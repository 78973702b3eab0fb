using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MtaSts.Modules.Listening;

/// <summary>Reads only unambiguous addresses. .NET also accepts <c>127.1</c>, <c>010.0.0.1</c> and the bare number <c>5353</c>, which is 0.0.20.233.</summary>
public static class StrictAddress
{
    private const byte FirstMulticast = 224; // RFC 5771; above it is reserved, and broadcast (RFC 1112 §4).

    /// <summary>An address without brackets and port; null when it is invalid. IPv4 in IPv6 is invalid: write it as IPv4.</summary>
    public static IPAddress? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IPAddress.TryParse(text, out var address) && !address.IsIPv4MappedToIPv6 && (address.AddressFamily == AddressFamily.InterNetwork ? address.ToString() == text : !text.StartsWith('[')) ? address : null;
    }

    /// <summary>A network such as <c>10.0.0.0/8</c>, or a single address; null when it is neither, or when bits after the prefix are set.</summary>
    public static IPNetwork? ParseNetwork(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (Parse(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        var most = address.GetAddressBytes().Length * 8;
        var length = most;
        if (slash >= 0 && !(int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= most))
            return null;
        return IPNetwork.TryParse($"{address}/{length}", out var network) && network.BaseAddress.Equals(address) ? network : null;
    }

    /// <summary>
    /// Reads the addresses of servers, separated by commas: <c>192.0.2.1</c>, <c>192.0.2.1:5353</c>, <c>[2001:db8::1]</c>, <c>[2001:db8::1]:5353</c>.
    /// IPv6 needs brackets, because its last part could be a port. Empty: none.
    /// </summary>
    /// <param name="text">The value of the setting.</param>
    /// <param name="port">Default port.</param>
    /// <param name="servers">All servers if the value is valid.</param>
    /// <param name="problem">The invalid entry.</param>
    public static bool TryParseServers(string? text, int port, out IReadOnlyList<IPEndPoint> servers, out string problem)
    {
        var read = new List<IPEndPoint>();
        (servers, problem) = (read, "");
        foreach (var entry in Entries(text))
        {
            if (ReadServer(entry, port) is not { } server)
            {
                problem = entry.Length == 0 ? text! : entry;
                return false;
            }
            read.Add(server);
        }
        return true;
    }

    /// <summary>Whether a socket can listen there: no multicast, no broadcast, and an address of one link with its interface (<c>fe80::1%eth0</c>).</summary>
    public static bool CanListen(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return !IsOfMany(address) && !(address is { IsIPv6LinkLocal: true, ScopeId: 0 });
    }

    /// <summary>The entries of a comma-separated list, including empty ones. No text: none.</summary>
    public static string[] Entries(string? text) => string.IsNullOrWhiteSpace(text) ? [] : text.Split(',', StringSplitOptions.TrimEntries);

    private static IPEndPoint? ReadServer(string text, int port)
    {
        var isBracketed = text.StartsWith('[');
        var end = isBracketed ? text.IndexOf(']', StringComparison.Ordinal) : text.IndexOf(':', StringComparison.Ordinal);
        if (isBracketed && end < 0)
            return null;
        var host = isBracketed ? text[1..end] : end < 0 ? text : text[..end];
        var rest = isBracketed ? text[(end + 1)..] : end < 0 ? "" : text[end..];
        if (rest.Length > 0 && !(rest[0] == ':' && int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue))
            return null;
        return Parse(host) is { } address && isBracketed == (address.AddressFamily == AddressFamily.InterNetworkV6) && !IsOfMany(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? new IPEndPoint(address, port)
            : null;
    }

    private static bool IsOfMany(IPAddress address) => address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= FirstMulticast);
}
