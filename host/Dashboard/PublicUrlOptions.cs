using System.Net;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Dashboard;

/// <summary>How owners reach the dashboard through a proxy that speaks TLS for it. Section <c>Dashboard</c>.</summary>
internal sealed class PublicUrlOptions
{
    /// <summary>Where browsers find it: <c>https://mta.example.com</c>. Null: directly, at <c>Dashboard:Url</c>.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>Proxies that are believed who the client is and how it came, addresses or networks separated by commas. Anybody else could claim anything.</summary>
    public string TrustedProxies { get; set; } = "127.0.0.0/8,::1";

    /// <summary>
    /// Further host names the dashboard and the API are asked for, separated by commas: <c>mta.lan,192.168.1.5</c>. Without scheme and port. Default none:
    /// the names in <c>Dashboard:Url</c> and <see cref="PublicUrl"/>, localhost, loopback addresses and the address a connection came to.
    /// </summary>
    public string Hosts { get; set; } = "";

    public bool IsPublic => !string.IsNullOrWhiteSpace(PublicUrl);

    /// <summary>What is wrong with these settings; null when nothing is.</summary>
    public string? Problem
    {
        get
        {
            if (HostList().FirstOrDefault(host => Uri.CheckHostName(host) == UriHostNameType.Unknown || host.Contains('*', StringComparison.Ordinal)) is { } odd)
                return $"Dashboard:Hosts: “{odd}” is neither a host name (mta.example.com) nor an address (10.0.0.5). Leave out scheme and port.";
            if (!IsPublic)
                return null;
            if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps || url.PathAndQuery != "/" || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
                return $"Dashboard:PublicUrl “{PublicUrl}” is not of the form https://mta.example.com: https, a name, and no path.";
            return ClientNetwork.TryParseList(TrustedProxies, out _, out var wrong) ? null : $"Dashboard:TrustedProxies: “{wrong}” is neither an address (10.0.0.5) nor a network (10.0.0.0/24).";
        }
    }

    public IReadOnlyList<IPNetwork> Networks() => ClientNetwork.TryParseList(TrustedProxies, out var networks, out _) ? networks : [];

    public IReadOnlyList<string> HostList() => [.. Split(Hosts).Select(host => host.Trim('[', ']'))];

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
