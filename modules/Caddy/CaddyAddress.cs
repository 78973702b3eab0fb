using System.Globalization;
using System.Net;

namespace MtaSts.Modules.Caddy;

/// <summary>Reads <c>address:port</c> and <c>name:port</c>.</summary>
internal static class CaddyAddress
{
    public static EndPoint? TryParse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            return null;
        var host = text[..colon];
        if (IPAddress.TryParse(host, out var address))
            return host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? null : new IPEndPoint(address, port);
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? new DnsEndPoint(host, port) : null;
    }
}
