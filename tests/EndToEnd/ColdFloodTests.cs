using System.Net;
using System.Net.Http.Headers;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Strangers come before everybody else after a restart: names and tokens that exist do not wait behind made-up ones.</summary>
[Collection(Alone.Name)]
public sealed class ColdFloodTests
{
    private const int Hosted = 30;
    private const int Strangers = 1_500;
    private const int Guessers = 200;
    private const int Posters = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait of a sender that gives up soon, on a machine that the strangers' clients share.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Restart_InAFloodOfMadeUpNamesAndTokens_AnswersEveryHostedNameAndTheRealToken()
    {
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dns:Servers", bind.Address.ToString())));
        var api = new ApiClient(host);
        var reportTokens = new List<string>();
        foreach (var i in Enumerable.Range(0, Hosted))
        {
            var claimed = await api.PostAsync("domains", new { name = $"cold{i}.test" });
            reportTokens.Add(((string)claimed["reportAddress"]!).Split('@')[0]);
            await api.PutAsync($"domains/cold{i}.test/policy", new { mode = "testing", mx = new[] { $"mx.cold{i}.test" }, maxAge = 86_400, @override = true });
            await api.PutAsync($"domains/cold{i}.test/hosting");
            await bind.PublishAsync($"mta-sts.cold{i}.test", "CNAME", (string)claimed["cnameTarget"]! + ".");
            await api.PostAsync($"domains/cold{i}.test/check");
        }
        foreach (var i in Enumerable.Range(0, Hosted))
            await Poll.Until(async () => await PolicyAsync(host.Client, host, $"mta-sts.cold{i}.test") == HttpStatusCode.OK, Limit, "the policy is served");
        await host.KillAsync();
        await host.StartAgainAsync();

        using var end = new CancellationTokenSource();
        using var strangers = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(60) };
        var asked = 0;
        var flood = Enumerable.Range(0, Strangers).Select(n => FloodAsync(async () =>
        {
            await PolicyAsync(strangers, host, $"mta-sts.made-up-{n}-{Interlocked.Increment(ref asked)}.test");
        }, end.Token)).Concat(Enumerable.Range(0, Guessers).Select(n => FloodAsync(async () =>
        {
            using var refused = await DomainsAsync(strangers, host, $"made-up-token-{n}-{Interlocked.Increment(ref asked)}");
        }, end.Token))).Concat(Enumerable.Range(0, Posters).Select(n => FloodAsync(async () =>
        {
            using var refused = await PostAsync(strangers, host, MadeUp(Interlocked.Increment(ref asked)), NumberedReport.Of(n, "made-up.test"));
        }, end.Token))).ToList();
        await Poll.Until(() => Volatile.Read(ref asked) > Strangers + Guessers + Posters, Limit, "the flood has come");
        using var senders = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Patience };

        foreach (var i in Enumerable.Range(0, Hosted))
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.OK, await PolicyAsync(senders, host, $"mta-sts.cold{i}.test"));
            using var answer = await DomainsAsync(senders, host, ApiClient.Token);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            using var taken = await PostAsync(senders, host, reportTokens[i], NumberedReport.Of(i, $"cold{i}.test"));
            Assert.True(taken.IsSuccessStatusCode, $"{(int)taken.StatusCode}: {await taken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
            TestContext.Current.TestOutputHelper?.WriteLine($"cold{i}: {watch.ElapsedMilliseconds} ms");
        }
        await end.CancelAsync();
        await Task.WhenAll(flood);
    }

    private static async Task FloodAsync(Func<Task> ask, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await ask();
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                await Task.Yield(); // A stranger who was refused comes again.
            }
        }
    }

    private static async Task<HttpStatusCode> PolicyAsync(HttpClient client, HostProcess host, string policyHost)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = policyHost;
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<HttpResponseMessage> DomainsAsync(HttpClient client, HostProcess host, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.DashboardUrl, "/api/v1/domains?limit=1"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, HostProcess host, string token, TlsReport report)
    {
        using var content = new ByteArrayContent(ReportWriter.Write(report));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/tlsrpt+json");
        return await client.PostAsync(new Uri(host.GatewayUrl, "/tlsrpt/" + token), content);
    }

    /// <summary>In the form of a report address's token, which is 26 letters and digits of base32.</summary>
    private static string MadeUp(int number) => string.Concat(Enumerable.Range(0, 26).Select(place => (char)('a' + ((number >> (place % 7 * 4)) & 15))));
}
