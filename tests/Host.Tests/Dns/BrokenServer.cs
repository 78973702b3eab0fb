using System.Net;
using System.Net.Sockets;

namespace MtaSts.Host.Tests.Dns;

/// <summary>A name server that answers each question with what the test makes of it; null is silence.</summary>
internal sealed class BrokenServer : IAsyncDisposable
{
    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Task loop;
    private int questions;

    public BrokenServer(Func<byte[], byte[]?> answer)
    {
        Address = (IPEndPoint)socket.Client.LocalEndPoint!;
        loop = RunAsync(answer);
    }

    public IPEndPoint Address { get; }

    public int Questions => Volatile.Read(ref questions);

    /// <summary>The question as an answer with this code and no records.</summary>
    public static byte[] Say(byte[] question, byte code)
    {
        byte[] answer = [.. question];
        answer[2] |= 0x80;
        answer[3] = (byte)((answer[3] & 0xF0) | code);
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await loop;
    }

    private async Task RunAsync(Func<byte[], byte[]?> answer)
    {
        try
        {
            while (true)
            {
                var question = await socket.ReceiveAsync();
                Interlocked.Increment(ref questions);
                if (answer(question.Buffer) is { } bytes)
                    await socket.SendAsync(bytes, question.RemoteEndPoint);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
