using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>A relay in front of a server that drops a connection after a number of bytes of its answers, a number of times; then it relays everything.</summary>
public sealed class CuttingRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task running;
    private int cuts;

    public CuttingRelay(int server, int cutAfter, int cuts)
    {
        this.cuts = cuts;
        listener.Start();
        running = RunAsync(server, cutAfter);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections that will still be cut.</summary>
    public int CutsLeft => Math.Max(0, Volatile.Read(ref cuts));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task RunAsync(int server, int cutAfter)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptTcpClientAsync(end.Token), server, cutAfter);
    }

    private async Task ServeAsync(TcpClient client, int server, int cutAfter)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                await upstream.ConnectAsync(IPAddress.Loopback, server, end.Token);
                await Task.WhenAny(client.GetStream().CopyToAsync(upstream.GetStream(), end.Token), AnswersAsync(upstream.GetStream(), client.GetStream(), cutAfter));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Either side has closed the connection.
            }
        }
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, int cutAfter)
    {
        var buffer = new byte[1024];
        for (var passed = 0; await from.ReadAsync(buffer, end.Token) is > 0 and var read; passed += read)
        {
            if (passed + read > cutAfter && Interlocked.Decrement(ref cuts) >= 0)
                return;
            await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
        }
    }
}
