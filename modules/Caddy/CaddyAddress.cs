using System.Globalization;
using System.Net;
using MtaSts.Modules.Listening;

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
        if (StrictAddress.TryParseServers(text, port, out var servers, out _) && servers.Count == 1)
            return servers[0];
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? new DnsEndPoint(host, port) : null;
    }
}
