using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>Accepts the gateway's connections. Each goes to the <see cref="PolicyLoop"/>; the HTTP server gets those that ask for more than the policy.</summary>
[SupportedOSPlatform("linux")]
internal sealed partial class FastPathListener : IConnectionListener
{
    /// <summary>After a failed accept, with no descriptor left for example, so that it does not fail in a busy circle.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(50);

    private readonly Socket listening;
    private readonly PolicyLoop loop;
    private readonly TimeProvider clock;
    private readonly HttpMemory memory;
    private readonly ILogger logger;
    private readonly SocketConnectionContextFactory contexts;
    private readonly Channel<ConnectionContext> handedOver = Channel.CreateUnbounded<ConnectionContext>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task accepting;

    public FastPathListener(Socket listening, PolicyCache cache, TimeProvider clock, TimeSpan idleTimeout, MemoryPool<byte> memory, ILogger logger)
    {
        this.listening = listening;
        this.clock = clock;
        this.memory = new HttpMemory(memory);
        this.logger = logger;
        EndPoint = listening.LocalEndPoint!;
        contexts = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
        loop = new PolicyLoop(new PolicyAnswers(cache, clock), clock, idleTimeout, HandOver, logger);
        accepting = AcceptAll();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await handedOver.Reader.WaitToReadAsync(cancellationToken) && handedOver.Reader.TryRead(out var connection) ? connection : null;

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listening.Dispose();
        await accepting;
        loop.Dispose();
        handedOver.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        contexts.Dispose();
        memory.MemoryPool.Dispose();
    }

    private async Task AcceptAll()
    {
        while (true)
        {
            Socket? socket = null;
            try
            {
                socket = await listening.AcceptAsync();
                socket.NoDelay = true;
                loop.Add(socket);
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                socket?.Dispose();
                return; // Unbound.
            }
            catch (SocketException exception)
            {
                socket?.Dispose();
                LogNotAccepted(exception);
                await Task.Delay(AcceptPause, clock);
            }
        }
    }

    private void HandOver(Socket socket, ReadOnlyMemory<byte> unread, ReadOnlyMemory<byte> unsent)
    {
        var connection = contexts.Create(socket);
        var transport = connection.Transport;
        if (!unsent.IsEmpty)
            _ = transport.Output.WriteAsync(unsent).AsTask(); // Into its buffer, which has room; the server's answers come behind it.
        connection.Transport = new Duplex(unread.IsEmpty ? transport.Input : new ReplayingReader(unread, transport.Input), transport.Output);
        connection.Features.Set<IMemoryPoolFeature>(memory);
        if (!handedOver.Writer.TryWrite(connection))
            connection.Abort();
    }

    [LoggerMessage(1411, LogLevel.Warning, "A connection to the gateway could not be accepted")]
    private partial void LogNotAccepted(Exception exception);

    /// <summary>The HTTP server writes into its own pool's blocks, which are never empty; the shared pool's may be.</summary>
    private sealed record HttpMemory(MemoryPool<byte> MemoryPool) : IMemoryPoolFeature;

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
