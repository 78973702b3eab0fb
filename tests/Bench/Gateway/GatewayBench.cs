using System.Globalization;
using System.Net;
using MtaSts.Bench.Measuring;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>
/// Policy requests answered per second of one core's time, beside nginx and Caddy with the same file, and beside Kestrel alone with the same body, all
/// in the same rounds: over HTTP, over HTTPS with connections kept open, and over HTTPS with a new connection for each request, as senders do.
/// </summary>
internal static class GatewayBench
{
    private const int ServerCore = 0;

    /// <summary>Handshakes before the rounds. The just-in-time compiler has then optimized what a handshake runs: before, it takes up to a third of the time.</summary>
    private const int WarmHandshakes = 20_000;
    private static readonly TimeSpan WarmLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan WarmRound = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        PeerMissingException.ThrowIf(NginxServer.Missing ?? CaddyServer.Missing ?? Wrk.Missing ?? ApacheBench.Missing);
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        var pem = (Certificate: folder["certificate.pem"], Key: folder["key.pem"]);
        var (certificate, key) = authority.Issue(DemoGateway.Host, "localhost");
        await File.WriteAllTextAsync(pem.Certificate, certificate);
        await File.WriteAllTextAsync(pem.Key, key);

        await using var gateway = await DemoGateway.StartAsync(ServerCore, !settings.Smoke, authority);
        var file = await SameAsync(gateway);
        await using var plain = await NginxServer.StartAsync(file, ServerCore);
        await using var tuned = await NginxServer.StartAsync(file with { Tuned = true }, ServerCore);
        await using var secure = await NginxServer.StartAsync(file with { Tls = pem }, ServerCore);
        var served = folder["www"] + DemoGateway.Path;
        Directory.CreateDirectory(Path.GetDirectoryName(served)!);
        await File.WriteAllBytesAsync(served, file.Body);
        var headers = string.Join('\n', file.Headers.Append(new("Content-Type", file.ContentType)).Select(static header => $"header {header.Key} \"{header.Value}\""));
        var (caddyAt, frontAt) = (new IPEndPoint(IPAddress.Loopback, FreePort.Next()), new IPEndPoint(IPAddress.Loopback, FreePort.Next()));
        await using var caddy = await StartCaddyAsync(caddyAt, $"root * {folder["www"]}\n{headers}\nfile_server", pem, folder["Caddyfile"]);
        await using var front = await StartCaddyAsync(frontAt, $"reverse_proxy 127.0.0.1:{gateway.Port}", pem, folder["Caddyfile-front"]);
        await using var kestrel = await BareKestrel.StartAsync(served, pem, ServerCore);

        var (ours, ourHttps) = (Http(gateway.Port, gateway.Id), Https(gateway.HttpsPort, gateway.Id));
        var (nginx, caddyHttps, bare) = (Https(secure.Port, secure.Id), Https(caddyAt.Port, caddy.Id), Https(kestrel.Port, kestrel.Id));
        if (!settings.Smoke)
        {
            foreach (var server in new[] { ourHttps, bare })
            {
                await WarmAsync(server);
                await server.KeptOpenAsync(WarmRound);
            }
            await ours.KeptOpenAsync(WarmRound);
        }
        LoadedServer[] http = [ours, Http(plain.Port, plain.Id), Http(tuned.Port, tuned.Id)];
        LoadedServer[] https = [ourHttps, nginx, caddyHttps, bare];
        LoadedServer[] behind = [Https(frontAt.Port, front.Id, gateway.Id)];
        var rounds = await Rounds.Alternate(settings,
        [
            .. http.Concat(https).Select(server => (Func<Task<LoadResult>>)(() => server.KeptOpenAsync(settings.Round))),
            .. https.Concat(behind).Select(server => (Func<Task<LoadResult>>)(() => server.NewConnectionsAsync(settings.Round))),
        ]);

        yield return Compare("policy GETs per core second, HTTP", "nginx, sendfile", rounds[0], rounds[1], 1.3);
        yield return Compare("policy GETs per core second, HTTP", "nginx, tuned", rounds[0], rounds[2], null);
        yield return Compare("policy GETs per core second, HTTPS kept open", "nginx, sendfile", rounds[3], rounds[4], 0.9);
        yield return Compare("policy GETs per core second, HTTPS kept open", "Caddy", rounds[3], rounds[5], 2);
        yield return Compare("policy GETs per core second, HTTPS kept open", "Kestrel alone", rounds[3], rounds[6], null);
        yield return Compare("policy GETs per core second, HTTPS, a new connection each", "nginx, sendfile", rounds[7], rounds[8], 0.6); // Kestrel alone has 0.8, see docs/measurements.md.
        yield return Compare("policy GETs per core second, HTTPS, a new connection each", "Caddy", rounds[7], rounds[9], null);
        yield return Compare("policy GETs per core second, HTTPS, a new connection each", "Kestrel alone", rounds[7], rounds[10], null);
        yield return Compare("nginx, HTTPS, a new connection each", "Caddy", rounds[8], rounds[9], null);
        yield return Compare("policy GETs per core second, Caddy in front, a new connection each", "Caddy", rounds[11], rounds[9], null);
    }

    private static LoadedServer Http(int port, params int[] ids) => new(new Uri($"http://localhost:{port}{DemoGateway.Path}"), ids);

    // By name, because the load generators ask for the certificate of a name.
    private static LoadedServer Https(int port, params int[] ids) => new(new Uri($"https://localhost:{port}{DemoGateway.Path}"), ids);

    private static async Task WarmAsync(LoadedServer server)
    {
        var (until, answered) = (TimeProvider.System.GetUtcNow() + WarmLimit, 0.0);
        while (answered < WarmHandshakes && TimeProvider.System.GetUtcNow() < until)
            answered += (await server.NewConnectionsAsync(WarmRound)).PerSecond * WarmRound.TotalSeconds;
    }

    private static async Task<CaddyServer> StartCaddyAsync(IPEndPoint https, string site, (string Certificate, string Key) pem, string caddyfile)
    {
        await File.WriteAllTextAsync(caddyfile, $$"""
            {
            admin off
            auto_https off
            }
            https://localhost:{{https.Port}}, https://{{DemoGateway.Host}}:{{https.Port}} {
            bind {{https.Address}}
            tls {{pem.Certificate}} {{pem.Key}}
            {{site}}
            }
            """);
        return await CaddyServer.StartAsync(caddyfile, https, ServerCore);
    }

    private static Comparison Compare(string what, string beside, IReadOnlyList<LoadResult> ours, IReadOnlyList<LoadResult> theirs, double? goal)
    {
        var wall = Comparison.Median([.. ours.Zip(theirs, static (our, their) => our.PerSecond / their.PerSecond)]);
        return new(what, beside, [.. ours.Select(r => r.PerCore)], [.. theirs.Select(r => r.PerCore)])
        {
            Goal = goal,
            Note = string.Create(CultureInfo.InvariantCulture, $"one core each, {LoadedServer.Connections} connections; by the clock {wall:0.00}"),
        };
    }

    /// <summary>The gateway's answer as a file for the others.</summary>
    private static async Task<NginxFile> SameAsync(DemoGateway gateway) => new(
        DemoGateway.Path, await gateway.Answer.Content.ReadAsByteArrayAsync(), gateway.Answer.Content.Headers.ContentType!.ToString(), new Dictionary<string, string>
        {
            ["Cache-Control"] = gateway.Answer.Headers.CacheControl!.ToString(),
            ["X-Content-Type-Options"] = string.Join(", ", gateway.Answer.Headers.GetValues("X-Content-Type-Options")),
        });
}
