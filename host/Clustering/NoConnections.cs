using System.Net;
using Microsoft.AspNetCore.Connections;

namespace MtaSts.Host.Clustering;

/// <summary>
/// Listener of a single silo. It opens no socket: Orleans' connections have no authentication, so every local user could join through a port
/// on loopback and call any grain.
/// </summary>
internal sealed class NoConnections : IConnectionListenerFactory
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new Listener(endpoint));

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint { get; } = endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(ended.Task.WaitAsync(cancellationToken));

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

        public ValueTask DisposeAsync()
        {
            ended.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }
}
