using System.Net;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Dashboard;

/// <summary>How owners reach the dashboard through a proxy that terminates TLS. Section <c>Dashboard</c>.</summary>
internal sealed class PublicUrlOptions
{
    /// <summary>
    /// The URL at which owners reach the dashboard through a proxy with TLS: <c>https://mta.example.com</c>. Session cookies are then for HTTPS only, HSTS is sent, and
    /// pages requested without HTTPS redirect there. Default: none, the dashboard is reached at <c>Dashboard:Url</c>.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Proxies whose header <c>X-Forwarded-For</c> (with a public URL also <c>X-Forwarded-Proto</c>) is trusted, addresses or networks separated by commas. The gateway also uses
    /// it to distinguish senders of reports. Other clients could forge these headers.
    /// </summary>
    public string TrustedProxies { get; set; } = "127.0.0.0/8,::1";

    /// <summary>
    /// Further host names for which the dashboard and the API answer, separated by commas: <c>mta.lan,192.168.1.5</c>. Without scheme and port.
    /// Always accepted: the names in <c>Dashboard:Url</c> and <see cref="PublicUrl"/>, localhost, loopback addresses and the local address of the connection. Requests for other names
    /// are refused with 400, as a protection against DNS rebinding.
    /// </summary>
    public string Hosts { get; set; } = "";

    public bool IsPublic => !string.IsNullOrWhiteSpace(PublicUrl);

    /// <summary>What is wrong with these settings; null when they are valid.</summary>
    public string? Problem
    {
        get
        {
            if (HostList().FirstOrDefault(host => Uri.CheckHostName(host) == UriHostNameType.Unknown || host.Contains('*', StringComparison.Ordinal)) is { } odd)
                return $"Dashboard:Hosts: “{odd}” is neither a host name (mta.example.com) nor an address (10.0.0.5). Leave out scheme and port.";
            if (HostList().FirstOrDefault(host => host.All(static letter => char.IsAsciiDigit(letter) || letter == '.') && StrictAddress.Parse(host) is null) is { } number)
                return $"Dashboard:Hosts: “{number}” is not an address. Write all four parts, such as 10.0.0.5.";
            if (!ClientNetwork.TryParseList(TrustedProxies, out _, out var wrong))
                return $"Dashboard:TrustedProxies: “{wrong}” is neither an address (10.0.0.5) nor a network (10.0.0.0/24, no bit set behind the prefix).";
            if (!IsPublic)
                return null;
            return !Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0 || url.Port == 0
                ? $"Dashboard:PublicUrl “{PublicUrl}” is not of the form https://mta.example.com: https, a name, and no path."
                : null;
        }
    }

    public IReadOnlyList<IPNetwork> Networks() => ClientNetwork.TryParseList(TrustedProxies, out var networks, out _) ? networks : [];

    public IReadOnlyList<string> HostList() => [.. Split(Hosts).Select(host => host.Trim('[', ']'))];

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
