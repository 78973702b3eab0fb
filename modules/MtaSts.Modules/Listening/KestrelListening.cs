using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MtaSts.Modules.Listening;

/// <summary>Kestrel with addresses that are understood in full, and connections that are bounded.</summary>
public static class KestrelListening
{
    /// <summary>Listens there.</summary>
    public static void Listen(this KestrelServerOptions kestrel, ListenUrl url, Action<ListenOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(kestrel);
        ArgumentNullException.ThrowIfNull(url);
        if (url.Address is null)
            kestrel.ListenLocalhost(url.Port, configure);
        else if (url.Address.Equals(IPAddress.IPv6Any))
            kestrel.ListenAnyIP(url.Port, configure); // IPv4 too, and IPv4 alone where the system has no IPv6.
        else
            kestrel.Listen(url.Address, url.Port, configure);
    }

    /// <summary>Gives each connection a place in the table, or closes it. To be called before TLS is added, so that handshakes count.</summary>
    public static void UseConnectionTable(this ListenOptions listen, ConnectionTable table)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(table);
        listen.Use(next => async connection =>
        {
            using var place = table.TryEnter((connection.RemoteEndPoint as IPEndPoint)?.Address, connection.Abort);
            if (place is null)
            {
                connection.Abort(new ConnectionAbortedException("Too many connections."));
                return;
            }
            connection.Features.Set(place);
            await next(connection);
        });
    }

    /// <summary>Marks connections as busy while a request of theirs is handled. To be the first middleware.</summary>
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
