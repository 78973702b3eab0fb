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

/// <summary>The built host, and senders that POST or mail reports about a domain to it.</summary>
internal sealed class IngestHost : IAsyncDisposable
{
    private const string Token = "token-of-the-measurement";
    /// <summary>Senders at once.</summary>
    public const int Clients = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly HostProcess host;
    private readonly int smtpPort;
    private string domain = null!;
    private Uri intake = null!;
    private string address = "";
    private int domains;
    private int sent;

    private IngestHost(HostProcess host, int smtpPort)
    {
        this.host = host;
        this.smtpPort = smtpPort;
    }

    public static async Task<IngestHost> StartAsync(TempStore store, bool withSmtp = false)
    {
        var port = FreePort.Next();
        var settings = new Dictionary<string, string?>(store.Settings) { ["Bootstrap:ApiToken"] = Token, ["Bootstrap:Password"] = "password-of-the-measurement" };
        if (withSmtp)
            settings["Modules:source_smtp:Smtp"] = $"127.0.0.1:{port}";
        var started = new IngestHost(await HostProcess.StartAsync(settings), port);
        if (withSmtp)
            await Poll.Until(() => started.host.Output.Contains("Listening for reports: SMTP", StringComparison.Ordinal), Limit, "the receiver listens");
        await started.NewDomainAsync();
        return started;
    }

    /// <summary>Reports are about a domain of which none has come yet, from here on.</summary>
    public async Task NewDomainAsync()
    {
        domain = $"bench-{domains++}.example";
        sent = 0;
        var claimed = await CallAsync(HttpMethod.Post, "domains", JsonContent.Create(new { name = domain }));
        address = (string)claimed["reportAddress"]!;
        intake = new Uri(host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]);
    }

    /// <summary>Reports per second, from the first POST until every one is acknowledged as durable and stands in the scorecard.</summary>
    public Task<double> MeasureAsync(int reports) => MeasureAsync(reports, Body, SendAsync);

    /// <summary>The same by SMTP, one connection for each sender.</summary>
    public Task<double> MeasureMailsAsync(int reports) => MeasureAsync(reports, number => Samples.Mail(Samples.Small(number, domain), domain), MailAsync);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<double> MeasureAsync(int reports, Func<int, byte[]> write, Func<ConcurrentQueue<byte[]>, Task> send)
    {
        var bodies = new ConcurrentQueue<byte[]>(Enumerable.Range(sent, reports).Select(write));
        sent += reports;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => send(bodies)));
        await Poll.Until(async () => (int)(await CallAsync(HttpMethod.Get, $"domains/{domain}/scorecard?from=2026-03-01&to=2026-03-31", null))["reports"]! == sent, Limit, "every report is counted");
        return reports / watch.Elapsed.TotalSeconds;
    }

    private async Task MailAsync(ConcurrentQueue<byte[]> mails)
    {
        using var client = await MailClient.ConnectAsync(smtpPort);
        while (mails.TryDequeue(out var mail))
            await client.DeliverAsync(address, mail);
    }

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
