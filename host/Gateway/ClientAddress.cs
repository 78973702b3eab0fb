using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Host.Dashboard;
using IPNetwork = System.Net.IPNetwork;

namespace MtaSts.Host.Gateway;

/// <summary>
/// The client that posts a report. Behind a proxy of <c>Dashboard:TrustedProxies</c> it is the last address of <c>X-Forwarded-For</c> that belongs to
/// none of these proxies: without this all senders would count as one.
/// </summary>
internal sealed class ClientAddress
{
    /// <summary>Entries that are read. Bounds: a header with thousands.</summary>
    private const int MaxEntries = 16;

    private readonly IReadOnlyList<IPNetwork> proxies;

    public ClientAddress(IOptions<PublicUrlOptions> options)
        : this(options.Value.Networks())
    {
    }

    private ClientAddress(IReadOnlyList<IPNetwork> proxies) => this.proxies = proxies;

    /// <summary>Trusts no proxy.</summary>
    public static ClientAddress Direct { get; } = new([]);

    public static ClientAddress Behind(params IPNetwork[] proxies) => new(proxies);

    public IPAddress? Of(HttpContext context)
    {
        var client = Plain(context.Connection.RemoteIpAddress);
        foreach (var entry in context.Request.Headers["X-Forwarded-For"].ToString().Split(',', StringSplitOptions.TrimEntries).Reverse().Take(MaxEntries))
        {
            if (client is null || !IsProxy(client) || !IPEndPoint.TryParse(entry, out var told))
                break;
            client = Plain(told.Address);
        }
        return client;
    }

    private bool IsProxy(IPAddress address) => proxies.Any(proxy => proxy.Contains(address));

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
