using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MtaSts.Peers;

/// <summary>Queries one name server directly, without caches: which version of a zone it serves, and which TXT records a sender would find.</summary>
public static class DnsProbe
{
    private const byte Soa = 6;
    private const byte Txt = 16;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The SOA's serial; null without an answer.</summary>
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
            // but name servers may add one, so the search begins at the answer's start.
            return Serial(answer, question.Length);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    /// <summary>The TXT records in the server's answer, also at the end of a CNAME, each record's strings joined; null without a usable answer.</summary>
    public static async Task<IReadOnlyList<string>?> TxtAsync(IPEndPoint server, string name)
    {
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        using var limit = new CancellationTokenSource(Limit);
        var labels = name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]);
        byte[] question = [0x2b, 0x2b, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, .. labels, 0, 0, Txt, 0, 1];
        byte[] edns = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]; // Answers up to 4 KiB (RFC 6891 §6.1.2).
        try
        {
            await socket.SendAsync((byte[])[.. question, .. edns], server, limit.Token);
            var answer = (await socket.ReceiveAsync(limit.Token)).Buffer;
            return (answer[2] & 2) == 0 && (answer[3] & 15) is 0 or 3 ? [.. Texts(answer, question.Length)] : null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Texts(byte[] answer, int at)
    {
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)); left > 0; left--)
        {
            at = SkipName(answer, at);
            var type = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at));
            var end = at + 10 + BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at + 8));
            var text = new StringBuilder();
            for (at += 10; type == Txt && at < end; at += answer[at] + 1)
                text.Append(Encoding.ASCII.GetString(answer, at + 1, answer[at]));
            at = end;
            if (type == Txt)
                yield return text.ToString();
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
