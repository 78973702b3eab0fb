using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Listening;

/// <summary>Kestrel's sockets; a connection without a place is closed at once.</summary>
/// <param name="options">Kestrel's own options: they contain its memory pool, which it needs to write an answer.</param>
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
                await Task.Yield(); // Lets other work run between refusals.
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
    /// <summary>Takes a place for an accepted socket; when it is dropped to make room, its descriptor is released at once.</summary>
    public static ConnectionPlace? TryEnter(this ConnectionTable table, ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(connection);
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        return connection.Features.Get<IConnectionSocketFeature>()?.Socket is { SafeHandle: var handle } socket
            ? table.TryEnter(address, connection.CloseNow, () => handle.IsClosed, () => HasUnread(socket))
            : table.TryEnter(address, connection.CloseNow);
    }

    /// <summary>Closes the socket at once, without waiting for the thread pool.</summary>
    public static void CloseNow(this ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Features.Get<IConnectionSocketFeature>()?.Socket.Dispose();
        connection.Abort();
    }

    private static bool HasUnread(Socket socket)
    {
        try
        {
            return socket.Available > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false; // Closed meanwhile.
        }
    }
}
