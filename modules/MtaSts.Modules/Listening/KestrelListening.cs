using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Listening;

/// <summary>Kestrel with strictly parsed addresses and bounded connections.</summary>
public static class KestrelListening
{
    /// <summary>Listens on the address.</summary>
    public static void Listen(this KestrelServerOptions kestrel, ListenUrl url, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(url);
        if (url.Address is null)
            kestrel.ListenLocalhost(url.Port, configure);
        else if (url.Address.Equals(IPAddress.IPv6Any))
            kestrel.ListenAnyIP(url.Port, configure); // Includes IPv4; only IPv4 where the system has no IPv6.
        else
            kestrel.Listen(url.Address, url.Port, configure);
    }

    /// <summary>
    /// Adds sockets whose connections have a place in the table from their acceptance, because a burst is accepted faster than it is handled. Also
    /// call <see cref="UseConnectionTable(ListenOptions)"/> for each address and <see cref="UseConnectionTable(IApplicationBuilder)"/>.
    /// </summary>
    public static void AddConnectionTable(this IServiceCollection services, Func<IServiceProvider, ConnectionTable> table) =>
        services.AddSingleton<IConnectionListenerFactory>(provider => new BoundedTransport(table(provider), provider.GetRequiredService<IOptions<SocketTransportOptions>>(), provider.GetRequiredService<ILoggerFactory>()));

    /// <summary>Releases each connection's place when it has ended. Call it before TLS is added.</summary>
    public static void UseConnectionTable(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.Use(static next => async connection =>
        {
            using var place = connection.Features.Get<ConnectionPlace>();
            await next(connection);
        });
    }

    /// <summary>Marks connections as busy while one of their requests is handled. Must be the first middleware.</summary>
    public static void UseConnectionTable(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use(static async (context, next) =>
        {
            if (context.Features.Get<ConnectionPlace>() is not { } place)
            {
                await next(context);
                return;
            }
            if (!place.Begin())
            {
                context.Abort();
                return;
            }
            try
            {
                await next(context);
            }
            finally
            {
                place.End();
            }
        });
    }
}
