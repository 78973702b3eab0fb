using System.Net;
using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The storage goes away under a running service: an old policy beats no policy, and no report is lost.</summary>
public sealed class OutageTests
{
    private const string Domain = "outage.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task PostgreSql_Stopped_PoliciesAreServedOnAndReportsAreKept()
    {
        await using var bind = await BindServer.StartAsync();
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()),
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", Lease.ToString())));
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = Domain });
        var intake = new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
        await api.PutAsync($"domains/{Domain}/policy", new { mode = "enforce", mx = new[] { "mx1.outage.test" }, maxAge = 604_800, @override = true });
        await api.PutAsync($"domains/{Domain}/hosting");
        await bind.PublishAsync(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await api.PostAsync($"domains/{Domain}/check");
        await Poll.Until(async () => (await PolicyAsync(host))?.Contains("mode: enforce", StringComparison.Ordinal) ?? false, Limit, "the policy is served");
        Assert.Equal(HttpStatusCode.Created, await SendAsync(host, intake, 1));

        await postgres.StopAsync();

        await Poll.Until(async () => (await ReadyAsync(host)).StartsWith("degraded: The store ", StringComparison.Ordinal), Limit, "the outage is noticed");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/readyz")); // A load balancer that took it out would take the policy away.
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var served = 0;
        while (watch.Elapsed < 5 * Lease)
        {
            Assert.Contains("mode: enforce", await PolicyAsync(host), StringComparison.Ordinal);
            served++;
            await Task.Delay(Pace);
        }
        Assert.InRange(served, 2, int.MaxValue);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/healthz")); // It is the storage that is out of order, not this process.
        Assert.Equal(HttpStatusCode.Created, await SendAsync(host, intake, 2));
        Assert.Contains("1 report waits on this machine's disk since ", await ReadyAsync(host), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await UploadAsync(host)); // A person sees the error and tries again.

        await postgres.StartAgainAsync();

        await Poll.Until(async () => (await ReadyAsync(host)).StartsWith("ok", StringComparison.Ordinal), Limit, "the storage is back");
        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{Domain}/scorecard"))["reports"]! == 2, Limit, "both reports are counted");
        Assert.Contains("mode: enforce", await PolicyAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostgreSql_NotThereAtTheStart_ReportsAreKeptAndPoliciesPutOff()
    {
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync())));
        var api = new ApiClient(host);
        var claimed = await api.PostAsync("domains", new { name = Domain });
        var intake = new Uri(host.GatewayUrl, "/tlsrpt/" + ((string)claimed["reportAddress"]!).Split('@')[0]);
        await host.StopAsync();
        await postgres.StopAsync();

        var restart = host.StartAgainAsync();

        await Poll.Until(async () => await TryStatusAsync(host, "/readyz") == HttpStatusCode.ServiceUnavailable, Limit, "the start says that it waits");
        using (var answer = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/readyz")))
            Assert.StartsWith("not ready: storage", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var answer = await AskPolicyAsync(host))
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.StatusCode, answer.Headers.RetryAfter is not null));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(host, intake, 1));
        Assert.Equal(HttpStatusCode.Created, await SendAsync(host, new Uri(host.GatewayUrl, "/tlsrpt/" + new string('a', 26)), 1)); // Of no claim: who could tell now?
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(host, new Uri(host.GatewayUrl, "/tlsrpt/short"), 1));
        Assert.False(restart.IsCompleted);

        await postgres.StartAgainAsync();

        await restart;
        await Poll.Until(async () => (int)(await api.GetAsync($"domains/{Domain}/scorecard"))["reports"]! == 1, Limit, "the report is counted");
        await Poll.Until(async () => await ReadyAsync(host) == "ok\n", Limit, "nothing waits");
        using (var answer = await AskPolicyAsync(host))
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode); // Hosting is off.
    }

    private static async Task<string?> PolicyAsync(HostProcess host)
    {
        using var response = await AskPolicyAsync(host);
        return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsStringAsync() : null;
    }

    private static async Task<HttpResponseMessage> AskPolicyAsync(HostProcess host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = PolicyHost;
        return await host.Client.SendAsync(request);
    }

    private static Task<string> ReadyAsync(HostProcess host) => host.Client.GetStringAsync(new Uri(host.GatewayUrl, "/readyz"));

    private static async Task<HttpStatusCode> StatusAsync(HostProcess host, string path)
    {
        using var response = await host.Client.GetAsync(new Uri(host.GatewayUrl, path));
        return response.StatusCode;
    }

    /// <summary>Null while nobody listens.</summary>
    private static async Task<HttpStatusCode?> TryStatusAsync(HostProcess host, string path)
    {
        try
        {
            return await StatusAsync(host, path);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<HttpStatusCode> UploadAsync(HostProcess host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.DashboardUrl, "/api/v1/reports")) { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", ApiClient.Token);
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> SendAsync(HostProcess host, Uri intake, int number)
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(-number).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        using var report = new StringContent($$$"""
            {"organization-name":"Bigmail","date-range":{"start-datetime":"{{{day}}}T00:00:00Z","end-datetime":"{{{day}}}T23:59:59Z"},"report-id":"{{{number}}}",
             "policies":[{"policy":{"policy-type":"sts","policy-domain":"{{{Domain}}}"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}
            """, Encoding.UTF8, "application/tlsrpt+json");
        using var response = await host.Client.PostAsync(intake, report);
        return response.StatusCode;
    }
}
