using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Host.Storage;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Two gateways that serve the same, one with the fast path and one with the HTTP server alone, and raw connections to them.</summary>
public sealed class FastPathGateways : IAsyncLifetime
{
    internal const string Host = "mta-sts.example.com";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Longer than any answer takes, other tests beside it.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    /// <summary>Between two looks at the kernel's table: there is one for each piece, and many pieces.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(1);

    /// <summary>Sent at the end, so that the connection is closed when everything before it has been answered; long, to fill bodies that are promised.</summary>
    private static readonly byte[] Last = Encoding.ASCII.GetBytes($"GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: {new string('y', 1_000)}\r\n\r\n");

    private readonly List<IAsyncDisposable> parts = [];
    private int fast;
    private int plain;

    /// <summary>The clock of both: stands still unless a test moves it.</summary>
    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal GatewayServer FastServer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        (FastServer, fast) = await StartAsync(fastPath: true);
        (_, plain) = await StartAsync(fastPath: false);
        foreach (var port in new[] { fast, plain })
            await AskAsync(port, [Encoding.ASCII.GetBytes($"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {Host}\r\n\r\n")]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
            await part.DisposeAsync();
    }

    /// <summary>What each gateway sends back when the pieces arrive one after the other, and a last request for <c>/last</c> behind them. Dates are left out.</summary>
    public async Task<(string Fast, string Plain)> AskBothAsync(params byte[][] pieces)
    {
        var both = await Task.WhenAll(AskAsync(fast, pieces), AskAsync(plain, pieces));
        return (both[0], both[1]);
    }

    /// <summary>A connection to the gateway with the fast path.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, fast);
        return socket;
    }

    /// <summary>Everything that comes until the other side closes.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var read = new MemoryStream();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) is var count and > 0)
                read.Write(buffer, 0, count);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with bytes unread: what had been sent before has been read.
        }
        return read.ToArray();
    }

    private async Task<(GatewayServer, int)> StartAsync(bool fastPath)
    {
        var port = FreePort.Next();
        var options = Options.Create(new GatewayOptions { Url = $"http://127.0.0.1:{port}", FastPath = fastPath });
        var cache = new PolicyCache(new OnePolicy(), options, Clock, NullLogger<PolicyCache>.Instance);
        var handler = new GatewayHandler(cache, new ReportIntake(new NoInbox(), options, Clock), new Readiness(new Healthy(), new NoSpool(), new Started()), new ReachProof(), options);
        var server = new GatewayServer(handler, cache, options, TlsParts.Of(options, Clock).Tls, Clock, NullLoggerFactory.Instance);
        parts.Add(server);
        await server.StartAsync(CancellationToken.None);
        return (server, port);
    }

    private static async Task<string> AskAsync(int port, byte[][] pieces)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var reading = ReadToEndAsync(socket);
        try
        {
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0)
                    await Poll.Until(() => HasBeenRead(socket), Limit, "the gateway reads", Often);
                await socket.SendAsync(i < pieces.Length - 1 ? pieces[i] : [.. pieces[i], .. Last]);
            }
            await Poll.Until(() => HasBeenRead(socket) || reading.IsCompleted, Limit, "the gateway reads", Often);
        }
        catch (SocketException)
        {
            // Refused before all was sent.
        }
        if (await Task.WhenAny(reading, Task.Delay(Quiet)) != reading)
            socket.Shutdown(SocketShutdown.Both); // It waits for more of a body.
        return WithoutDates(Encoding.Latin1.GetString(await reading));
    }

    /// <summary>Waits until the gateway has bytes to read and leaves them for want of room to send.</summary>
    public static Task UntilStuckAsync(Socket socket)
    {
        string? before = null;
        return Poll.Until(
            () =>
            {
                var (last, now) = (before, before = FarEnd(socket));
                return now == last && now is not null && !HasBeenRead(socket);
            },
            Limit,
            "the gateway stops reading");
    }

    /// <summary>Whether the other side's program has taken all bytes off its socket: the kernel's table says how many wait there.</summary>
    private static bool HasBeenRead(Socket socket) => FarEnd(socket)?.Contains(":00000000 ", StringComparison.Ordinal) ?? true;

    /// <summary>The bytes that wait on the other side's socket, as <c>state sending:receiving</c>; null when it is closed.</summary>
    private static string? FarEnd(Socket socket)
    {
        var mine = ((IPEndPoint)socket.LocalEndPoint!).Port;
        var theirs = ((IPEndPoint)socket.RemoteEndPoint!).Port;
        var ends = string.Create(CultureInfo.InvariantCulture, $"0100007F:{theirs:X4} 0100007F:{mine:X4} ");
        var line = File.ReadLines("/proc/net/tcp").FirstOrDefault(line => line.Contains(ends, StringComparison.Ordinal));
        return line?.Substring(line.IndexOf(ends, StringComparison.Ordinal) + ends.Length, "01 00000000:00000000 ".Length);
    }

    private static string WithoutDates(string answer) =>
        string.Join("\r\n", answer.Split("\r\n").Select(line => line.StartsWith("Date: ", StringComparison.Ordinal) ? "Date:" : line));

    private sealed class OnePolicy : IPolicySource
    {
        private static readonly ServedPolicy Policy = new(1, "1", "version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\n"u8.ToArray());

        public ValueTask<ServedPolicy?> GetAsync(string domain) => ValueTask.FromResult(domain == "example.com" ? Policy : null);

        public Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until) => Task.CompletedTask;
    }

    private sealed class NoInbox : IReportInbox
    {
        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) => Task.FromResult<Receipt>(new Receipt.UnknownToken());

        public string MailDomain => "tlsrpt.localhost";

        public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => Task.FromResult(TokenKnowledge.Unknown);
    }

    private sealed class NoSpool : IReportSpool
    {
        public SpoolView Now => new(null, null, 0, 0, null, 0);
    }

    private sealed class Healthy : IStorageHealth
    {
        public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }

    private sealed class Started : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted { get; } = new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
