using System.Net;
using System.Runtime.Versioning;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>Kestrel's way of getting connections, with the short way for policy requests in front of it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FastPathTransport(PolicyCache cache, TimeProvider clock, IOptions<KestrelServerOptions> server, IMemoryPoolFactory<byte> memory, ILogger<FastPathListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.Listen(new SocketTransportOptions().Backlog);
        return ValueTask.FromResult<IConnectionListener>(new FastPathListener(socket, cache, clock, server.Value.Limits.KeepAliveTimeout, memory.Create(), logger));
    }

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;
}
