using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MtaSts.Peers;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>A connection on which a client says what no decent client would. What the server says is read all the time, so that it is not lost when it hangs up.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    /// <summary>Most that is kept of what the server says.</summary>
    private const int MaxSaid = 64 * 1024;

    private readonly TcpClient client;
    private readonly Stream stream;
    private readonly StringBuilder said = new();
    private readonly SemaphoreSlim news = new(0);
    private readonly Task reading;

    private RawConnection(TcpClient client, Stream stream)
    {
        (this.client, this.stream) = (client, stream);
        reading = ReadAsync();
    }

    /// <summary>What the server has said so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
                return said.ToString();
        }
    }

    public bool HasEnded => reading.IsCompleted;

    public static async Task<RawConnection> OpenAsync(IPEndPoint server, string? tlsName = null, TestAuthority? authority = null)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server);
        if (tlsName is null)
            return new RawConnection(client, client.GetStream());
        var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => authority!.Trusts(certificate as System.Security.Cryptography.X509Certificates.X509Certificate2));
        await tls.AuthenticateAsClientAsync(tlsName);
        return new RawConnection(client, tls);
    }

    /// <summary>False: the server has hung up.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await stream.WriteAsync(bytes);
            await stream.FlushAsync();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public Task<bool> SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends a block again and again, until it has been sent so often or the server hangs up. How many were sent.</summary>
    public async Task<int> RepeatAsync(ReadOnlyMemory<byte> block, int times)
    {
        for (var sent = 0; sent < times; sent++)
        {
            if (HasEnded || !await SendAsync(block))
                return sent;
        }
        return times;
    }

    /// <summary>Waits until what the server has said holds a text; fails the test when it ends or takes too long before.</summary>
    public async Task<string> ExpectAsync(string text, TimeSpan limit, int from = 0)
    {
        using var late = new CancellationTokenSource(limit);
        while (true)
        {
            var over = HasEnded;
            var now = Said;
            if (now.IndexOf(text, Math.Min(from, now.Length), StringComparison.Ordinal) >= 0)
                return now;
            if (over)
                throw new InvalidOperationException($"The server hung up before it said “{text}”. It said: {now}");
            try
            {
                await Task.WhenAny(reading, news.WaitAsync(late.Token)).Unwrap();
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The server did not say “{text}” within {limit}. It said: {now}");
            }
        }
    }

    /// <summary>Waits until the server hangs up; what it has said.</summary>
    public async Task<string> EndAsync(TimeSpan limit)
    {
        await reading.WaitAsync(limit);
        return Said;
    }

    /// <summary>Waits so long, or until the server hangs up.</summary>
    public Task EndOrAsync(TimeSpan time) => Task.WhenAny(reading, Task.Delay(time));

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.DisposeAsync();
        news.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer) is var count and > 0)
            {
                lock (said)
                {
                    if (said.Length < MaxSaid)
                        said.Append(Encoding.Latin1.GetString(buffer, 0, count));
                }
                news.Release();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException)
        {
            // It hung up, or we did.
        }
    }
}
