using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Parses the listen addresses.</summary>
internal static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    /// <summary>Reads <c>127.0.0.1:2525</c>, <c>[::1]:2525</c>, <c>*:25</c>, <c>localhost:2525</c>, <c>unix:/path</c>; several with commas. Throws
    /// with a description of the error.</summary>
    public static IReadOnlyList<EndPoint> Parse(string? setting, string name) =>
        [.. StrictAddress.Entries(setting).Select(text => ParseOne(text, name))];

    /// <summary>Human-readable text, as in the setting.</summary>
    public static string Show(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint ? UnixPrefix + endPoint : endPoint.ToString()!;

    private static EndPoint ParseOne(string text, string name)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
            return new UnixDomainSocketEndPoint(Path.GetFullPath(text[UnixPrefix.Length..]));
        var colon = text.LastIndexOf(':');
        if (colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0)
        {
            var host = text[..colon];
            if (host == "*")
                return new IPEndPoint(IPAddress.IPv6Any, port);
            if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                return new IPEndPoint(IPAddress.Loopback, port);
            var isBracketed = host.StartsWith('[') && host.EndsWith(']');
            if (StrictAddress.Parse(isBracketed ? host[1..^1] : host) is { } address && isBracketed == (address.AddressFamily == AddressFamily.InterNetworkV6) && StrictAddress.CanListen(address))
                return new IPEndPoint(address, port);
        }
        throw new FormatException($"{name} is “{text}”. Write an address and a port, 0.0.0.0:25 or [::]:25 or *:25, or unix: and a path.");
    }
}
