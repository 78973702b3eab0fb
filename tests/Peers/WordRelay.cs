using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MtaSts.Peers;

/// <summary>A relay in front of a server without TLS that drops the connection when the client sends a word, before the server receives it.</summary>
public sealed class WordRelay : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task running;
    private int connections;
    private int cuts;
    private int left;
    private int words;

    /// <param name="server">The server's port.</param>
    /// <param name="word">Part of a line of the client: <c>" IDLE"</c>.</param>
    /// <param name="times">How often; then everything is relayed.</param>
    public WordRelay(int server, string word, int times)
    {
        left = times;
        listener.Start();
        running = RunAsync(server, word);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Dropped connections so far.</summary>
    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>How often the word was sent so far.</summary>
    public int Words => Volatile.Read(ref words);

    /// <summary>Relays everything from now on.</summary>
    public void LetThrough() => Volatile.Write(ref left, 0);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task RunAsync(int server, string word)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(end.Token);
            Interlocked.Increment(ref connections);
            _ = ServeAsync(client, server, word);
        }
    }

    private async Task ServeAsync(TcpClient client, int server, string word)
    {
        using (client)
        using (var upstream = new TcpClient())
        {
            try
            {
                await upstream.ConnectAsync(IPAddress.Loopback, server, end.Token);
                await Task.WhenAny(upstream.GetStream().CopyToAsync(client.GetStream(), end.Token), CommandsAsync(client.GetStream(), upstream.GetStream(), word));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // Either side has closed the connection.
            }
        }
    }

    private async Task CommandsAsync(NetworkStream from, NetworkStream to, string word)
    {
        var buffer = new byte[64 * 1024]; // A command that a client writes at once arrives at once over loopback.
        while (await from.ReadAsync(buffer, end.Token) is > 0 and var read)
        {
            var isWord = Encoding.ASCII.GetString(buffer, 0, read).Contains(word, StringComparison.Ordinal);
            if (isWord && Interlocked.Decrement(ref left) >= 0)
            {
                Interlocked.Increment(ref cuts);
                Interlocked.Increment(ref words);
                return;
            }
            await to.WriteAsync(buffer.AsMemory(0, read), end.Token);
            if (isWord)
                Interlocked.Increment(ref words);
        }
    }
}
