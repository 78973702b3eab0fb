using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MtaSts.Bench.Measuring;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>Policy requests answered per second on one core, beside nginx on the same core with the same bytes; wrk loads from another core.</summary>
internal static class GatewayBench
{
    private const int ServerCore = 0;
    private const int LoadCore = 1;
    private const int Connections = 32;
    private const double Goal = 1.3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        PeerMissingException.ThrowIf(NginxServer.Missing ?? Wrk.Missing);
        var port = FreePort.Next();
        await using var gateway = await StartGatewayAsync($"http://127.0.0.1:{port}", port);
        var served = await ReadAsync(port);
        await using var plain = await NginxServer.StartAsync(Same(served), ServerCore);
        await using var tuned = await NginxServer.StartAsync(Same(served) with { Tuned = true }, ServerCore);
        var rounds = await Rounds.Alternate(settings.Rounds, () => Load("http", port), () => Load("http", plain.Port), () => Load("http", tuned.Port));
        yield return Compare("policy GETs/s, HTTP", "nginx, sendfile", rounds[0], rounds[1], Goal);
        yield return Compare("policy GETs/s, HTTP", "nginx, tuned", rounds[0], rounds[2], null);

        using var certificate = new BenchCertificate();
        var tlsPort = FreePort.Next();
        await using var tlsGateway = await StartGatewayAsync($"https://127.0.0.1:{tlsPort}", tlsPort, certificate.CertificatePath, certificate.KeyPath);
        await using var tlsNginx = await NginxServer.StartAsync(Same(served) with { Tls = (certificate.CertificatePath, certificate.KeyPath) }, ServerCore);
        var tls = await Rounds.Alternate(settings.Rounds, () => Load("https", tlsPort), () => Load("https", tlsNginx.Port));
        yield return Compare("policy GETs/s, HTTPS kept open", "nginx, sendfile", tls[0], tls[1], null);

        Task<WrkResult> Load(string scheme, int to) => Wrk.RunAsync(new Uri($"{scheme}://localhost:{to}{BenchPolicy.Path}"), BenchPolicy.Host, Connections, settings.Round, LoadCore);
    }

    private static Comparison Compare(string what, string beside, IReadOnlyList<WrkResult> ours, IReadOnlyList<WrkResult> theirs, double? goal) =>
        new(what, beside, [.. ours.Select(r => r.RequestsPerSecond)], [.. theirs.Select(r => r.RequestsPerSecond)]) { Goal = goal, Note = $"p99 {P99(ours)} beside {P99(theirs)} ms" };

    private static string P99(IReadOnlyList<WrkResult> results) => Comparison.Median([.. results.Select(r => r.P99.TotalMilliseconds)]).ToString("0.00", CultureInfo.InvariantCulture);

    private static async Task<ChildProcess> StartGatewayAsync(string url, int port, params string[] certificate)
    {
        var (file, arguments) = Pinned.On(ServerCore, "dotnet", [typeof(GatewayBench).Assembly.Location, "serve-gateway", url, .. certificate]);
        var child = await ChildProcess.StartAsync(file, arguments);
        await Poll.Until(
            async () =>
            {
                if (child.HasExited)
                    throw new InvalidOperationException(child.Output);
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return true;
            },
            StartLimit,
            "the gateway listens");
        return child;
    }

    /// <summary>What the gateway answers, for nginx to answer the same.</summary>
    private static async Task<HttpResponseMessage> ReadAsync(int port)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{BenchPolicy.Path}") { Headers = { Host = BenchPolicy.Host } };
        var response = await client.SendAsync(request);
        return response.EnsureSuccessStatusCode();
    }

    private static NginxFile Same(HttpResponseMessage served) => new(BenchPolicy.Path, BenchPolicy.Body, served.Content.Headers.ContentType!.ToString(), new Dictionary<string, string>
    {
        ["Cache-Control"] = served.Headers.CacheControl!.ToString(),
        ["X-Content-Type-Options"] = string.Join(", ", served.Headers.GetValues("X-Content-Type-Options")),
    });
}
