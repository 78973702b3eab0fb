namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>One filter of the list of hostnames.</summary>
/// <param name="Parameter">The name of the query parameter.</param>
internal sealed record HostnameFilter(string Parameter, string Value)
{
    public static HostnameFilter ByStatus(string status) => new("hostname_status", status);

    public static HostnameFilter BySslStatus(string status) => new("ssl_status", status);

    /// <summary>Matches only the exact name. An API version without this filter ignores it.</summary>
    public static HostnameFilter ByExactName(string hostname) => new("hostname.exact", hostname);

    /// <summary>The older form: matches the name, and in some versions names that contain it.</summary>
    public static HostnameFilter ByName(string hostname) => new("hostname", hostname);
}

/// <summary>One page of hostnames.</summary>
internal sealed record HostnamePage(IReadOnlyList<CustomHostname> Hostnames, bool IsLast);
