using System.Net.Sockets;
using System.Runtime.Versioning;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>
/// One thread that waits on every connection of the gateway's listener and answers recognised requests there and then: no queue, no hop to
/// another thread, no memory but one buffer. It never waits for a peer: a connection that needs anything else is handed over with what was read.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class PolicyLoop : IDisposable
{
    private const int Batch = 256;
    private const int TickMilliseconds = 1_000;
    private const int StopToken = -1;

    private readonly Epoll epoll = new(Batch);
    private readonly PolicyAnswers answers;
    private readonly TimeProvider clock;
    private readonly TimeSpan idleTimeout;
    private readonly Action<Socket, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> handOver;
    private readonly ILogger logger;
    private readonly byte[] received = new byte[16 * 1024];
    private readonly byte[] output = new byte[4 * PolicyAnswers.MaxSize];
    private readonly ConnectionTable connections = new();
    private readonly Thread thread;
    private readonly Socket waker = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private int stopped;

    /// <param name="idleTimeout">A connection without a request for so long is closed.</param>
    /// <param name="handOver">Takes over a connection: what was read and not answered, and what is still to be sent before anything else.</param>
    public PolicyLoop(PolicyAnswers answers, TimeProvider clock, TimeSpan idleTimeout, Action<Socket, ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> handOver, ILogger logger)
    {
        this.answers = answers;
        this.clock = clock;
        this.idleTimeout = idleTimeout;
        this.handOver = handOver;
        this.logger = logger;
        thread = new Thread(Run) { IsBackground = true, Name = "gateway" };
        thread.Start();
    }

    /// <summary>Takes a new connection. From any thread.</summary>
    public void Add(Socket socket)
    {
        socket.Blocking = false;
        var token = connections.Add(socket, clock.GetTimestamp());
        try
        {
            epoll.Watch(socket, token);
        }
        catch
        {
            connections.Remove(token);
            throw;
        }
    }

    /// <summary>Ends the thread and closes the connections, none of which has a request under way.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref stopped, 1) != 0)
            return;
        epoll.WatchRoom(waker, StopToken); // A datagram socket can always send.
        thread.Join();
        CloseWhere(static _ => true);
        waker.Dispose();
        epoll.Dispose();
    }

    private void Run()
    {
        var ticked = clock.GetTimestamp();
        while (Volatile.Read(ref stopped) == 0)
        {
            var ready = epoll.Wait(TickMilliseconds);
            var now = clock.GetTimestamp();
            for (var i = 0; i < ready; i++)
            {
                var token = epoll.Token(i);
                if (token != StopToken && connections[token] is { } connection)
                    TryServe(token, connection, now);
            }
            if (clock.GetElapsedTime(ticked, now).TotalMilliseconds < TickMilliseconds)
                continue;
            ticked = now;
            CloseWhere(connection => clock.GetElapsedTime(connection.ActiveAt, now) >= idleTimeout);
        }
    }

    private void TryServe(int token, Connection connection, long now)
    {
        try
        {
            Serve(token, connection, now);
        }
        catch (Exception exception)
        {
            // The thread serves all connections: one that fails goes, the others stay.
            LogFailed(exception);
            if (connections[token] == connection)
                Close(token, connection);
            else
                connection.Socket.Dispose();
        }
    }

    private void Serve(int token, Connection connection, long now)
    {
        var count = connection.Socket.Receive(received, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
        {
            Close(token, connection);
            return;
        }
        connection.ActiveAt = now;
        var (read, unsent) = Answer(connection.Socket, received.AsSpan(0, count));
        if (read < count || !unsent.IsEmpty)
            HandOver(token, connection, received.AsMemory(read, count - read), unsent);
    }

    /// <summary>Answers the requests in front; tells how many bytes they were and what of the answers the peer has no room for.</summary>
    private (int Read, ReadOnlyMemory<byte> Unsent) Answer(Socket socket, ReadOnlySpan<byte> bytes)
    {
        var read = 0;
        var written = 0;
        while (PolicyRequest.TryRead(bytes[read..], out var host, out var length))
        {
            if (output.Length - written < PolicyAnswers.MaxSize)
            {
                if (Send(socket, written) is { IsEmpty: false } full)
                    return (read, full);
                written = 0;
            }
            var size = answers.TryWrite(host, output.AsSpan(written));
            if (size == 0)
                break;
            written += size;
            read += length;
        }
        return (read, Send(socket, written));
    }

    private ReadOnlyMemory<byte> Send(Socket socket, int count)
    {
        if (count == 0)
            return default;
        // A failed send is met again, and judged, by whoever reads or sends next.
        var sent = socket.Send(output.AsSpan(0, count), SocketFlags.None, out var error);
        return error == SocketError.Success ? output.AsMemory(sent, count - sent) : output.AsMemory(0, count);
    }

    private void HandOver(int token, Connection connection, ReadOnlyMemory<byte> unread, ReadOnlyMemory<byte> unsent)
    {
        epoll.Forget(connection.Socket);
        connections.Remove(token);
        handOver(connection.Socket, unread.ToArray(), unsent.ToArray());
    }

    private void CloseWhere(Predicate<Connection> condition)
    {
        for (var token = 0; token < connections.Limit; token++)
        {
            if (connections[token] is { } connection && condition(connection))
                Close(token, connection);
        }
    }

    private void Close(int token, Connection connection)
    {
        connections.Remove(token);
        connection.Socket.Dispose();
    }

    [LoggerMessage(1412, LogLevel.Error, "A connection to the gateway failed and was closed")]
    private partial void LogFailed(Exception exception);
}
