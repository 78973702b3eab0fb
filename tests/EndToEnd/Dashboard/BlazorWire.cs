using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using MtaSts.Peers;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>
/// A circuit's connection as the browser's script has it: SignalR's MessagePack framing under the name blazorpack, as far as calls and their answers go.
/// </summary>
internal sealed class BlazorWire : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket socket = new();
    private readonly ConcurrentQueue<byte[]> received = new();
    private readonly CancellationTokenSource end = new(TimeSpan.FromMinutes(2));
    private Task reading = Task.CompletedTask;
    private int calls;

    /// <summary>The server has ended the connection.</summary>
    public bool IsClosed => reading.IsCompleted;

    public static async Task<BlazorWire> ConnectAsync(HostProcess host, DashboardVisitor visitor)
    {
        var wire = new BlazorWire();
        wire.socket.Options.SetRequestHeader("Cookie", string.Join("; ", visitor.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        wire.socket.Options.SetRequestHeader("Origin", host.DashboardUrl.GetLeftPart(UriPartial.Authority));
        await wire.socket.ConnectAsync(new UriBuilder(host.DashboardUrl) { Scheme = "ws", Path = "/_blazor" }.Uri, wire.end.Token);
        await wire.socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, true, wire.end.Token);
        wire.reading = wire.ReadAsync();
        return wire;
    }

    /// <summary>Calls a method whose arguments are texts and returns its answer: a text, true, false, or null.</summary>
    public async Task<object?> CallAsync(string method, params string[] arguments)
    {
        var id = "call" + Interlocked.Increment(ref calls);
        var body = new ArrayBufferWriter<byte>();
        body.Write<byte>([0x96, 0x01, 0x80]); // An invocation without headers.
        Write(body, id);
        Write(body, method);
        body.Write<byte>([(byte)(0x90 | arguments.Length)]);
        foreach (var argument in arguments)
            Write(body, argument);
        body.Write<byte>([0x90]);
        var frame = new ArrayBufferWriter<byte>();
        for (var left = body.WrittenCount; ; left >>= 7)
        {
            frame.Write<byte>([(byte)(left > 0x7f ? (left & 0x7f) | 0x80 : left)]);
            if (left <= 0x7f)
                break;
        }
        frame.Write(body.WrittenSpan);
        await socket.SendAsync(frame.WrittenMemory, WebSocketMessageType.Binary, true, end.Token);
        byte[]? answer = null;
        // A completion: type 3, no headers, the id, and what kind of result it has.
        byte[] wanted = [0x03, 0x80, (byte)(0xa0 | id.Length), .. Encoding.ASCII.GetBytes(id)];
        await Poll.Until(() => (answer = received.FirstOrDefault(one => one.AsSpan().IndexOf(wanted) >= 0)) is not null || IsClosed, Limit, method + " is answered");
        if (answer is null)
            return null;
        var rest = answer.AsSpan(answer.AsSpan().IndexOf(wanted) + wanted.Length);
        return rest[0] != 0x03 ? null : rest[1] switch { 0xc3 => true, 0xc2 => false, 0xc0 => null, _ => Text(rest[1..]) };
    }

    /// <summary>Whether the server sends this text, in whatever message.</summary>
    public Task UntilSentAsync(string text) =>
        Poll.Until(() => HasSent(text), Limit, $"“{text}” is sent");

    public bool HasSent(string text) => received.Any(one => one.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await end.CancelAsync();
        await reading;
        socket.Dispose();
        end.Dispose();
    }

    private static string Text(ReadOnlySpan<byte> value) => value[0] switch
    {
        >= 0xa0 and <= 0xbf => Encoding.UTF8.GetString(value.Slice(1, value[0] & 0x1f)),
        0xd9 => Encoding.UTF8.GetString(value.Slice(2, value[1])),
        _ => Encoding.UTF8.GetString(value.Slice(3, BinaryPrimitives.ReadUInt16BigEndian(value[1..]))),
    };

    private static void Write(ArrayBufferWriter<byte> to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        to.Write<byte>(bytes.Length < 32 ? [(byte)(0xa0 | bytes.Length)] : [0xda, (byte)(bytes.Length >> 8), (byte)bytes.Length]);
        to.Write(bytes);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult piece;
                do
                {
                    piece = await socket.ReceiveAsync(buffer.AsMemory(), end.Token);
                    message.Write(buffer, 0, piece.Count);
                }
                while (!piece.EndOfMessage);
                if (piece.MessageType == WebSocketMessageType.Close)
                    return;
                received.Enqueue(message.ToArray());
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }
}
