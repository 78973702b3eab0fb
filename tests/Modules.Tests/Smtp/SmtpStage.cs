using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Modules.Smtp;
using MtaSts.Modules.Testing;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>The source on a loopback port, an inbox in memory behind it.</summary>
internal sealed class SmtpStage : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public SmtpStage(Action<SmtpOptions>? configure = null, TimeProvider? clock = null)
    {
        Port = FreePort.Next();
        Options = new SmtpOptions { Smtp = $"127.0.0.1:{Port}" };
        configure?.Invoke(Options);
        Source = new SmtpSource(Options, Inbox, clock ?? TimeProvider.System, NullLoggerFactory.Instance);
        Inbox.Claim(Talk.Known);
    }

    public int Port { get; }

    public SmtpOptions Options { get; }

    public InMemoryInbox Inbox { get; } = new();

    public SmtpSource Source { get; }

    public static async Task<SmtpStage> StartAsync(Action<SmtpOptions>? configure = null, TimeProvider? clock = null)
    {
        var stage = new SmtpStage(configure, clock);
        stage.running = stage.Source.RunAsync(stage.stop.Token);
        await Poll.Until(() => stage.running.IsCompleted || stage.Source.Status is MtaSts.Modules.Reports.ReportSourceStatus.Working, TimeSpan.FromMinutes(2), "it listens");
        if (stage.running.IsFaulted)
            await stage.running;
        return stage;
    }

    public Task<WireClient> ConnectAsync(int? receiveBuffer = null) => WireClient.ConnectAsync(Port, receiveBuffer);

    /// <summary>Stops it; what it was doing ends as the contract says.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        Inbox.Release();
        await StopAsync();
        stop.Dispose();
    }
}

/// <summary>A client that says what the test says, over a real socket.</summary>
internal sealed class WireClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Socket socket;

    private WireClient(Socket socket)
    {
        this.socket = socket;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public Stream Stream { get; set; }

    public static async Task<WireClient> ConnectAsync(int port, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } bytes)
            socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync("127.0.0.1", port);
        return new WireClient(socket);
    }

    public static async Task<WireClient> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return new WireClient(socket);
    }

    public async Task SendAsync(string bytes) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Sends a line and returns its reply.</summary>
    public async Task<string> SayAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReplyAsync();
    }

    /// <summary>The last line of the next reply; empty when the server has hung up.</summary>
    public async Task<string> ReplyAsync()
    {
        while (true)
        {
            var line = await LineAsync();
            if (line.Length < 4 || line[3] != '-')
                return line;
        }
    }

    /// <summary>Greets, names a recipient, and sends the mail as its sender would; returns the last reply.</summary>
    public async Task<string> DeliverAsync(string token, byte[] mail, string hello = "EHLO")
    {
        foreach (var line in new[] { null, $"{hello} client.example", "MAIL FROM:<a@b.example>", $"RCPT TO:<{token}@reports.example>", "DATA" })
        {
            var reply = line is null ? await ReplyAsync() : await SayAsync(line);
            if (reply.Length == 0 || reply[0] is '4' or '5')
                return reply;
        }
        var text = Encoding.Latin1.GetString(mail).Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return await SayAsync((text.StartsWith('.') ? "." : "") + text + ".");
    }

    public void Dispose() => Stream.Dispose();

    private async Task<string> LineAsync()
    {
        var line = new List<byte>();
        var one = new byte[1];
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (line is not [.., (byte)'\n'] && await Stream.ReadAsync(one, limit.Token) == 1)
                line.Add(one[0]);
        }
        catch (IOException)
        {
            // Hung up on.
        }
        return Encoding.ASCII.GetString([.. line]).TrimEnd();
    }
}
