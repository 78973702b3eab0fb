using System.Net;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>
/// The names for which the dashboard and the API answer. With another name (DNS rebinding) a browser would allow the pages of that name to read all
/// answers of this service.
/// </summary>
internal sealed class HostNames
{
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { "localhost" };

    public HostNames(IOptions<PublicUrlOptions> settings, IConfiguration configuration)
    {
        names.UnionWith(settings.Value.HostList());
        if (settings.Value.IsPublic && Uri.TryCreate(settings.Value.PublicUrl, UriKind.Absolute, out var url))
            names.Add(url.IdnHost);
        foreach (var address in (configuration["Dashboard:Url"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Wildcards (*, +, 0.0.0.0) are not names.
            if (Uri.TryCreate(address, UriKind.Absolute, out var listen) && !(IPAddress.TryParse(listen.Host, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))))
                names.Add(listen.IdnHost);
        }
    }

    /// <summary>Whether requests for this host are answered.</summary>
    /// <param name="local">Local address of the connection: a host that equals this address belongs to no foreign page.</param>
    public bool Accepts(HostString host, IPAddress? local)
    {
        // Pages contain their own address, so it must be valid. HTTP/1.0 requests may omit the host; browsers always send it.
        if (!host.HasValue || !Uri.TryCreate($"http://{host.ToUriComponent()}/", UriKind.Absolute, out _))
            return false;
        var name = host.Host.TrimEnd('.');
        if (!IPAddress.TryParse(name, out var address))
            return names.Contains(name) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase); // Resolved by browsers themselves (RFC 6761 §6.3).
        return IPAddress.IsLoopback(address) || Same(address, local) || names.Contains(address.ToString());
    }

    private static bool Same(IPAddress address, IPAddress? local) => local is not null && (local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local).Equals(address);
}

internal static class HostNamesMiddleware
{
    private const int MaxShown = 100;

    public static IApplicationBuilder UseHostNames(this IApplicationBuilder app)
    {
        var names = app.ApplicationServices.GetRequiredService<HostNames>();
        return app.Use((context, next) => names.Accepts(context.Request.Host, context.Connection.LocalIpAddress) ? next(context) : Refuse(context));
    }

    private static Task Refuse(HttpContext context)
    {
        var host = context.Request.Host.Host;
        return context.RefuseAsync(
            StatusCodes.Status400BadRequest,
            host.Length == 0 ? "The request names no host. Send the header Host with the name in Dashboard:Url."
            : $"The dashboard does not answer for the host name \"{host[..Math.Min(host.Length, MaxShown)]}\". Use the address in Dashboard:Url. If owners reach it through a proxy, set Dashboard:PublicUrl; for further names set Dashboard:Hosts.");
    }
}
