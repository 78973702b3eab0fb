using System.Net;
using System.Net.Http.Headers;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Strangers come before everybody else after a restart: names and tokens that exist do not wait behind made-up ones.</summary>
public sealed class ColdFloodTests
{
    private const int Hosted = 30;
    private const int Strangers = 1_500;
    private const int Guessers = 400;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait of a sender that gives up soon, on a machine that the strangers' clients share.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Restart_InAFloodOfMadeUpNamesAndTokens_AnswersEveryHostedNameAndTheRealToken()
    {
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dns:Servers", bind.Address.ToString())));
        var api = new ApiClient(host);
        foreach (var i in Enumerable.Range(0, Hosted))
        {
            var claimed = await api.PostAsync("domains", new { name = $"cold{i}.test" });
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
        }, end.Token))).ToList();
        await Poll.Until(() => Volatile.Read(ref asked) > Strangers + Guessers, Limit, "the flood has come");
        using var senders = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { Timeout = Patience };

        foreach (var i in Enumerable.Range(0, Hosted))
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(HttpStatusCode.OK, await PolicyAsync(senders, host, $"mta-sts.cold{i}.test"));
            using var answer = await DomainsAsync(senders, host, ApiClient.Token);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
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
}
