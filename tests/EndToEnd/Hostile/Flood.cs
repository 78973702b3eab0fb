using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>Attackers at several hundred addresses of their own, all at once, each kind without end until the test stops them.</summary>
/// <param name="Gateway">Port of the senders' listener.</param>
/// <param name="Dashboard">Port of the dashboard.</param>
/// <param name="Smtp">Port of the mail listener.</param>
/// <param name="Address">The report address that everybody can read in the DNS.</param>
internal sealed record Flood(int Gateway, int Dashboard, int Smtp, string Address)
{
    private const int FormBytes = 16 * 1024 * 1024;
    private const int IdleKept = 2_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private long done;

    /// <summary>What the attackers did so far: requests and connections.</summary>
    public long Done => Interlocked.Read(ref done);

    private string Token => Address.Split('@')[0];

    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
    [
        .. Enumerable.Range(0, 4).Select(worker => RepeatAsync(10 + worker, NamesAsync, stop)),
        IdleAsync(stop),
        .. Enumerable.Range(0, 2).Select(worker => RepeatAsync(20 + worker, FormAsync, stop)),
        .. Enumerable.Range(0, 2).Select(worker => RepeatAsync(30 + worker, JunkPostAsync, stop)),
        RepeatAsync(40, JunkMailAsync, stop),
        RepeatAsync(50, BombAsync, stop),
        RepeatAsync(60, StrangerMailAsync, stop),
    ]);

    private async Task RepeatAsync(int group, Func<int, int, CancellationToken, Task> attack, CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            limit.CancelAfter(Patience);
            try
            {
                await attack(group, round, limit.Token);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
            {
                // Refused, cut off or slow: that is what an attacker has to expect.
            }
            Interlocked.Increment(ref done);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Hosts that nobody hosts, many on one connection.</summary>
    private async Task NamesAsync(int group, int round, CancellationToken limit)
    {
        await using var stream = await ConnectAsync(Gateway, group, round, limit);
        var requests = new StringBuilder();
        for (var i = 0; i < 50; i++)
            requests.Append("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.n").Append(group).Append('-').Append(round).Append('-').Append(i).Append(".example\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(requests.ToString()), limit);
        await ReadSomeAsync(stream, limit);
    }

    /// <summary>Connections that say nothing, to every listener. The attacker closes its oldest when it has thousands.</summary>
    private async Task IdleAsync(CancellationToken stop)
    {
        var open = new Queue<Stream>();
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            foreach (var port in new[] { Gateway, Dashboard, Smtp })
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(Patience);
                try
                {
                    open.Enqueue(await ConnectAsync(port, 70, round, limit.Token));
                    Interlocked.Increment(ref done);
                }
                catch (Exception exception) when (exception is SocketException or OperationCanceledException)
                {
                    // Refused.
                }
            }
            while (open.Count > IdleKept)
                await open.Dequeue().DisposeAsync();
            await Task.Delay(Pause, CancellationToken.None);
        }
        foreach (var stream in open)
            await stream.DisposeAsync();
    }

    private async Task FormAsync(int group, int round, CancellationToken limit)
    {
        await using var stream = await ConnectAsync(Dashboard, group, round, limit);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{Dashboard}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {FormBytes}\r\n\r\n"), limit);
        var piece = new byte[64 * 1024];
        Array.Fill(piece, (byte)'a');
        for (var sent = 0; sent < FormBytes; sent += piece.Length)
            await stream.WriteAsync(piece, limit);
        await ReadSomeAsync(stream, limit);
    }

    private Task JunkPostAsync(int group, int round, CancellationToken limit) => PostAsync(group, round, RandomNumberGenerator.GetBytes(200 + (round % 50 * 2_000)), limit);

    private Task BombAsync(int group, int round, CancellationToken limit) => PostAsync(group, round, round % 2 == 0 ? Vectors.SevenGigabytes : Vectors.Lists($"flood{round}"), limit);

    private async Task PostAsync(int group, int round, byte[] body, CancellationToken limit)
    {
        await using var stream = await ConnectAsync(Gateway, group, round, limit);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n"), limit);
        await stream.WriteAsync(body, limit);
        await ReadSomeAsync(stream, limit);
    }

    private Task JunkMailAsync(int group, int round, CancellationToken limit) => MailAsync(group, round, Address, limit);

    private Task StrangerMailAsync(int group, int round, CancellationToken limit) => MailAsync(group, round, new string((char)('a' + (round % 26)), 26) + Address[Address.IndexOf('@', StringComparison.Ordinal)..], limit);

    private async Task MailAsync(int group, int round, string to, CancellationToken limit)
    {
        await using var stream = await ConnectAsync(Smtp, group, round, limit);
        foreach (var line in new[] { "EHLO a.example", "MAIL FROM:<>", $"RCPT TO:<{to}>", "DATA", $"Subject: {round}\r\n\r\nno report at all\r\n." })
        {
            await ReadSomeAsync(stream, limit);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), limit);
        }
        await ReadSomeAsync(stream, limit);
    }

    private static async Task<Stream> ConnectAsync(int port, int group, int round, CancellationToken limit)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 9, (byte)group, (byte)((round % 250) + 1)]), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ReadSomeAsync(Stream stream, CancellationToken limit) => _ = await stream.ReadAsync(new byte[16 * 1024], limit);
}
