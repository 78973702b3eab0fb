using System.Globalization;
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

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        PeerMissingException.ThrowIf(NginxServer.Missing ?? Wrk.Missing);
        foreach (var result in await HttpAsync(settings))
            yield return result;
        yield return await HttpsAsync(settings);
    }

    private static async Task<Comparison[]> HttpAsync(Settings settings)
    {
        await using var gateway = await DemoGateway.StartAsync(ServerCore, !settings.Smoke);
        var file = await SameAsync(gateway);
        await using var plain = await NginxServer.StartAsync(file, ServerCore);
        await using var tuned = await NginxServer.StartAsync(file with { Tuned = true }, ServerCore);
        var rounds = await Rounds.Alternate(settings, () => Load("http", gateway.Port, settings), () => Load("http", plain.Port, settings), () => Load("http", tuned.Port, settings));
        return [Compare("policy GETs/s, HTTP", "nginx, sendfile", rounds[0], rounds[1], Goal), Compare("policy GETs/s, HTTP", "nginx, tuned", rounds[0], rounds[2], null)];
    }

    private static async Task<Comparison> HttpsAsync(Settings settings)
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        var (certificate, key) = authority.Issue(DemoGateway.Host, "localhost");
        await File.WriteAllTextAsync(folder["certificate.pem"], certificate);
        await File.WriteAllTextAsync(folder["key.pem"], key);
        await using var gateway = await DemoGateway.StartAsync(ServerCore, !settings.Smoke, authority);
        await using var nginx = await NginxServer.StartAsync(await SameAsync(gateway) with { Tls = (folder["certificate.pem"], folder["key.pem"]) }, ServerCore);
        var rounds = await Rounds.Alternate(settings, () => Load("https", gateway.Port, settings), () => Load("https", nginx.Port, settings));
        return Compare("policy GETs/s, HTTPS kept open", "nginx, sendfile", rounds[0], rounds[1], null);
    }

    // By name, because wrk asks for the certificate of the name in the URL.
    private static Task<WrkResult> Load(string scheme, int port, Settings settings) =>
        Wrk.RunAsync(new Uri($"{scheme}://localhost:{port}{DemoGateway.Path}"), DemoGateway.Host, Connections, settings.Round, LoadCore);

    private static Comparison Compare(string what, string beside, IReadOnlyList<WrkResult> ours, IReadOnlyList<WrkResult> theirs, double? goal) =>
        new(what, beside, [.. ours.Select(r => r.RequestsPerSecond)], [.. theirs.Select(r => r.RequestsPerSecond)])
        {
            Goal = goal,
            Note = $"one core each, {Connections} connections kept open; p99 {P99(ours)} beside {P99(theirs)} ms",
        };

    private static string P99(IReadOnlyList<WrkResult> results) => Comparison.Median([.. results.Select(r => r.P99.TotalMilliseconds)]).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>The gateway's answer as a file for nginx.</summary>
    private static async Task<NginxFile> SameAsync(DemoGateway gateway) => new(
        DemoGateway.Path, await gateway.Answer.Content.ReadAsByteArrayAsync(), gateway.Answer.Content.Headers.ContentType!.ToString(), new Dictionary<string, string>
        {
            ["Cache-Control"] = gateway.Answer.Headers.CacheControl!.ToString(),
            ["X-Content-Type-Options"] = string.Join(", ", gateway.Answer.Headers.GetValues("X-Content-Type-Options")),
        });
}
