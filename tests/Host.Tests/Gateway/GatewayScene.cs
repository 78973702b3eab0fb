using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Storage;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>The senders' listener on a port of its own, over real sockets; behind it a source, an inbox and a store that the test drives.</summary>
internal sealed class GatewayScene : IAsyncDisposable, IReportInbox, IStorageHealth, IReportSpool, IHostApplicationLifetime
{
    public const string PolicyPath = "/.well-known/mta-sts.txt";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly PolicyCache cache;
    private readonly GatewayServer server;
    private int asked;

    private GatewayScene(Action<GatewayOptions>? configure, TimeProvider clock, TimeProvider? tlsClock)
    {
        Port = FreePort.Next();
        var options = new GatewayOptions { Url = $"http://127.0.0.1:{Port}" };
        configure?.Invoke(options);
        options.Url = options.Url.Replace("PORT", Port.ToString(), StringComparison.Ordinal);
        var wrapped = Microsoft.Extensions.Options.Options.Create(options);
        Tls = new TlsParts(wrapped, tlsClock ?? TimeProvider.System);
        cache = new PolicyCache(Source, wrapped, clock, NullLogger<PolicyCache>.Instance);
        var handler = new GatewayHandler(cache, new ReportIntake(this, wrapped, TimeProvider.System), new Readiness(this, this, this, tls: Tls.Tls), Reach, wrapped);
        server = new GatewayServer(handler, cache, wrapped, Tls.Tls, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public int Port { get; }

    public TlsParts Tls { get; }

    public ReachProof Reach { get; } = new();

    public HandDrivenSource Source { get; } = new();

    /// <summary>What the inbox was given.</summary>
    public List<Envelope> Envelopes { get; } = [];

    public Func<Envelope, Receipt> OnEnvelope { get; set; } = static _ => new Receipt.Stored("id");

    public Func<CancellationToken, Task<TokenKnowledge>> OnToken { get; set; } = static _ => Task.FromResult(TokenKnowledge.Known);

    /// <summary>How often the inbox was asked for a token.</summary>
    public int Asked => asked;

    public string? StoreProblem { get; set; }

    /// <summary>With a problem: the store can be read and not written.</summary>
    public bool IsReadable { get; set; }

    public SpoolView Now { get; set; } = new(null, null, 0, 0, null, 0, []);

    public CancellationToken ApplicationStarted => Started.Token;

    public CancellationToken ApplicationStopping => Stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public CancellationTokenSource Started { get; } = new();

    public CancellationTokenSource Stopping { get; } = new();

    /// <summary>A gateway that serves version 1 for example.com.</summary>
    public static async Task<GatewayScene> StartAsync(Action<GatewayOptions>? configure = null, TimeProvider? clock = null, TimeProvider? tlsClock = null)
    {
        var scene = new GatewayScene(configure, clock ?? TimeProvider.System, tlsClock);
        scene.Source.Serve("example.com", HandDrivenSource.Policy(1));
        await scene.Started.CancelAsync();
        await scene.server.StartAsync(CancellationToken.None);
        return scene;
    }

    /// <summary>Sends bytes as they are and reads until the other side closes.</summary>
    public async Task<string> SendAsync(string request) => Encoding.Latin1.GetString(await SendAsync(Encoding.Latin1.GetBytes(request)));

    /// <inheritdoc cref="SendAsync(string)"/>
    public async Task<byte[]> SendAsync(byte[] request)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, limit.Token);
        var stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request, limit.Token);
            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Refused while it was still being sent: what was answered before counts.
        }
        return answer.ToArray();
    }

    /// <summary>One request with these lines after its first, answered and closed.</summary>
    public async Task<Answer> AskAsync(string target, string? host, string method = "GET", string version = "HTTP/1.1", params string[] headers)
    {
        string[] lines = [$"{method} {target} {version}", .. host is null ? Array.Empty<string>() : [$"Host: {host}"], "Connection: close", .. headers, "", ""];
        return Answer.Read(await SendAsync(string.Join("\r\n", lines)));
    }

    public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        lock (Envelopes)
            Envelopes.Add(envelope);
        return Task.FromResult(OnEnvelope(envelope));
    }

    public string MailDomain => "tlsrpt.localhost";

    public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        return OnToken(cancellationToken);
    }

    public Task<StorageProblem?> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(StoreProblem is { } problem ? new StorageProblem(problem, IsReadable) : null);

    public void StopApplication() => Stopping.Cancel();

    public async ValueTask DisposeAsync()
    {
        Source.Release();
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
        cache.Dispose();
        Tls.Dispose();
        Started.Dispose();
        Stopping.Dispose();
    }
}

/// <summary>An HTTP/1 answer, taken apart by hand so that no client's tolerance stands between the test and the wire.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static Answer Read(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            throw new InvalidOperationException($"No HTTP answer: “{text}”.");
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1).Select(static line => line.Split(": ", 2)).ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Answer(int.Parse(lines[0].Split(' ')[1]), headers, text[(end + 4)..]);
    }

    public string? this[string header] => Headers.GetValueOrDefault(header);
}
