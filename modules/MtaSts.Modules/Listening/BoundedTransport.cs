using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Listening;

/// <summary>Kestrel's sockets; a connection without a place is closed before anything else is done for it.</summary>
/// <param name="options">Kestrel's own: they hold its pool of memory, without which it cannot write an answer.</param>
internal sealed class BoundedTransport(ConnectionTable table, IOptions<SocketTransportOptions> options, ILoggerFactory logging) : IConnectionListenerFactory
{
    private readonly SocketTransportFactory sockets = new(options, logging);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellationToken), table);

    private sealed class Listener(IConnectionListener inner, ConnectionTable table) : IConnectionListener
    {
        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await inner.AcceptAsync(cancellationToken) is { } connection)
            {
                if (table.TryEnter(connection) is { } place)
                {
                    connection.Features.Set(place);
                    return connection;
                }
                connection.CloseNow();
                await Task.Yield(); // Others are to have their turn between refusals.
                await connection.DisposeAsync();
            }
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => inner.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

/// <summary>Connections of sockets and their places.</summary>
public static class SocketConnections
{
    /// <summary>Takes a place for an accepted socket; when it has to make room its descriptor is given back at once.</summary>
    public static ConnectionPlace? TryEnter(this ConnectionTable table, ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(connection);
        return table.TryEnter((connection.RemoteEndPoint as IPEndPoint)?.Address, connection.CloseNow, Handle(connection) is { } handle ? () => handle.IsClosed : null);
    }

    /// <summary>Closes the socket now, not when the connection's turn in the thread pool comes.</summary>
    public static void CloseNow(this ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.Dispose();
        connection.Abort();
    }

    private static SafeSocketHandle? Handle(ConnectionContext connection) => connection.Features.Get<IConnectionSocketFeature>()?.Socket.SafeHandle;
}
