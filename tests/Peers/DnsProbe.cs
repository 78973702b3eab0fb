using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MtaSts.Peers;

/// <summary>The one question a starter asks its name server: which version of the zone it serves.</summary>
internal static class DnsProbe
{
    private const byte Soa = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The SOA's serial; null when there is no such answer.</summary>
    public static async Task<uint?> SerialAsync(IPEndPoint server, string zone)
    {
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        using var limit = new CancellationTokenSource(Limit);
        byte[] question = [0x2a, 0x2a, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)zone.Length, .. Encoding.ASCII.GetBytes(zone), 0, 0, Soa, 0, 1];
        try
        {
            await socket.SendAsync(question, server, limit.Token);
            var answer = (await socket.ReceiveAsync(limit.Token)).Buffer;
            // The serial and four timers are the last 20 bytes of the SOA; the authority section is empty when the answer is the SOA itself
            // but name servers may add one, so it is looked for from the answer's start.
            return Serial(answer, question.Length);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    private static uint? Serial(byte[] answer, int at)
    {
        if (answer.Length < at || BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)) == 0)
            return null;
        at = SkipName(answer, at) + 10; // type, class, TTL, length
        at = SkipName(answer, SkipName(answer, at));
        return BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(at));
    }

    private static int SkipName(byte[] message, int at)
    {
        while (message[at] != 0)
        {
            if (message[at] >= 0xc0)
                return at + 2;
            at += message[at] + 1;
        }
        return at + 1;
    }
}
