using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Where the operator wants it to listen.</summary>
internal static class ListenAddress
{
    private const string UnixPrefix = "unix:";

    /// <summary>Reads <c>127.0.0.1:2525</c>, <c>[::1]:2525</c>, <c>*:25</c>, <c>localhost:2525</c>, <c>unix:/path</c>; several with commas. Throws with what is wrong.</summary>
    public static IReadOnlyList<EndPoint> Parse(string? setting, string name) =>
        [.. (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text => ParseOne(text, name))];

    /// <summary>For people: as the operator would write it.</summary>
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
            if ((host.StartsWith('[') || !host.Contains(':', StringComparison.Ordinal)) && IPAddress.TryParse(host.Trim('[', ']'), out var address))
                return new IPEndPoint(address, port);
        }
        throw new FormatException($"{name} is “{text}”. Write an address and a port, 0.0.0.0:25 or [::]:25 or *:25, or unix: and a path.");
    }
}
