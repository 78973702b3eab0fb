using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MtaSts.Bench.Decode;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Ingest;

/// <summary>The built host, and senders that POST reports about a domain to it.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private const string Token = "token-of-the-measurement";
    /// <summary>Senders at once.</summary>
    public const int Clients = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly HostProcess host;
    private string domain = null!;
    private Uri intake = null!;
    private int domains;
    private int sent;

    private IngestHost(HostProcess host) => this.host = host;

    public static async Task<IngestHost> StartAsync(TempStore store)
    {
        var settings = new Dictionary<string, string?>(store.Settings) { ["Bootstrap:ApiToken"] = Token, ["Bootstrap:Password"] = "password-of-the-measurement" };
        var started = new IngestHost(await HostProcess.StartAsync(settings));
        await started.NewDomainAsync();
        return started;
    }

    /// <summary>Reports are about a domain of which none has come yet, from here on.</summary>
    public async Task NewDomainAsync()
    {
        domain = $"bench-{domains++}.example";
        sent = 0;
        var claimed = await CallAsync(HttpMethod.Post, "domains", JsonContent.Create(new { name = domain }));
        intake = new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
    }

    /// <summary>Reports per second, from the first POST until every one is acknowledged as durable and stands in the scorecard.</summary>
    public async Task<double> MeasureAsync(int reports)
    {
        var bodies = new ConcurrentQueue<byte[]>(Enumerable.Range(sent, reports).Select(Body));
        sent += reports;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SendAsync(bodies)));
        await Poll.Until(async () => (int)(await CallAsync(HttpMethod.Get, $"domains/{domain}/scorecard?from=2026-03-01&to=2026-03-31", null))["reports"]! == sent, Limit, "every report is counted");
        return reports / watch.Elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task SendAsync(ConcurrentQueue<byte[]> bodies)
    {
        while (bodies.TryDequeue(out var body))
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/tlsrpt+gzip") } };
            using var response = await host.Client.PostAsync(intake, content);
            if (response.StatusCode != HttpStatusCode.Created)
                throw new InvalidOperationException($"A report was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    private async Task<JsonNode> CallAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(host.DashboardUrl, "/api/v1/" + path)) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await host.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private byte[] Body(int number)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(ReportWriter.Write(Samples.Small(number, domain)));
        return buffer.ToArray();
    }
}
