using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>A relay in front of a PostgreSQL server that on request breaks connections, delays data, or drops the answers to commits.</summary>
public sealed class FaultyRelay : IAsyncDisposable
{
    private const int Chunk = 64 * 1024;

    /// <summary>ReadyForQuery, idle: no open transaction, all work is committed.</summary>
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private readonly int server;
    private readonly Task running;
    private volatile TaskCompletionSource? held;
    private int toLose;
    private int lost;
    private int cut;

    public FaultyRelay(int server)
    {
        this.server = server;
        listener.Start();
        running = RunAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Commits whose answers were dropped.</summary>
    public int LostAnswers => Volatile.Read(ref lost);

    /// <summary>Connections that were broken.</summary>
    public int Cut => Volatile.Read(ref cut);

    /// <summary>Resets every connection.</summary>
    public void CutAll()
    {
        foreach (var socket in open.Keys)
        {
            Interlocked.Increment(ref cut);
            Reset(socket);
        }
    }

    /// <summary>Relays nothing for a time, in either direction; data in transit arrives late.</summary>
    public async Task HoldAsync(TimeSpan time)
    {
        var gate = held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await Task.Delay(time, end.Token);
        }
        finally
        {
            held = null;
            gate.SetResult();
        }
    }

    /// <summary>Drops the answers of the next commits: they are executed, and the connection breaks.</summary>
    public void LoseAnswers(int commits) => Volatile.Write(ref toLose, commits);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        foreach (var socket in open.Keys)
            Reset(socket);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is already closed.
        }
        socket.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
            _ = ServeAsync(await listener.AcceptSocketAsync(end.Token));
    }

    private async Task ServeAsync(Socket client)
    {
        using var upstream = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        open[client] = true;
        try
        {
            await upstream.ConnectAsync(IPAddress.Loopback, server, end.Token);
            await Task.WhenAny(PumpAsync(client, upstream, answers: false), PumpAsync(upstream, client, answers: true));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server is unavailable, or the relay is disposed.
        }
        finally
        {
            open.TryRemove(client, out _);
            Reset(client);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool answers)
    {
        try
        {
            var buffer = new byte[Chunk];
            while (await from.ReceiveAsync(buffer, end.Token) is > 0 and var read)
            {
                if (answers && IsCommit(buffer.AsSpan(0, read)) && Interlocked.Decrement(ref toLose) >= 0)
                {
                    Interlocked.Increment(ref lost);
                    return;
                }
                if (held is { } gate)
                    await gate.Task;
                for (var sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), end.Token);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has closed the connection.
        }
    }

    /// <summary>A CommandComplete of a write, without an open transaction after it.</summary>
    private static bool IsCommit(ReadOnlySpan<byte> answer) =>
        answer.EndsWith(Ready) && (answer.IndexOf("INSERT 0 1\0"u8) >= 0 || answer.IndexOf("UPDATE 1\0"u8) >= 0 || answer.IndexOf("DELETE 1\0"u8) >= 0);
}
