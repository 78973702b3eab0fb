using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>
/// Relays a server's UDP port to another address and port. BIND listens only on addresses that an interface has; this process can bind to all of
/// 127.0.0.0/8, where port 53 does not conflict with the machine's own resolver.
/// </summary>
public sealed class UdpRelay : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource end = new();
    private readonly UdpClient socket;
    private readonly IPEndPoint server;

    public UdpRelay(IPEndPoint address, IPEndPoint server)
    {
        this.server = server;
        socket = new UdpClient(address);
        _ = RunAsync();
    }

    public void Dispose()
    {
        end.Cancel();
        socket.Dispose();
        end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!end.IsCancellationRequested)
                _ = AnswerAsync(await socket.ReceiveAsync(end.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(UdpReceiveResult question)
    {
        try
        {
            using var limit = new CancellationTokenSource(AnswerLimit);
            using var own = new UdpClient(AddressFamily.InterNetwork);
            await own.SendAsync(question.Buffer, server, limit.Token);
            var answer = await own.ReceiveAsync(limit.Token);
            await socket.SendAsync(answer.Buffer, question.RemoteEndPoint, limit.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Like a lost datagram: the client repeats its query.
        }
    }
}
