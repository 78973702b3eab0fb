using System.Net;
using System.Text.Json.Nodes;
using DnsClient;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Dns;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// Hosting by Cloudflare as its operator runs it: the built host in a process of its own, real DNS, and Cloudflare's API on
/// loopback, whose time passes when the test says so.
/// </summary>
public sealed class CloudflareTests : IAsyncLifetime
{
    private const string Domain = "walk.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private const string Target = "sts.test";
    private const string Token = "end_to_end_token-7d1b5c9e";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private BindServer? bind;
    private CloudflareSimulator? cloudflare;
    private HostProcess? host;

    private ApiClient Api => new(host!);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        bind = await BindServer.StartAsync();
        bind.Set(Domain, "MX", "10 mx1.walk.test.");
        bind.Set(Domain, "CAA", "0 issue \"digicert.com\"", "0 iodef \"mailto:security@walk.test\"");
        await bind.PublishAsync();
        var options = new SimulatorOptions { Token = Token, CnameTarget = Target, AllowReservedNames = true };
        cloudflare = await CloudflareSimulator.StartAsync(options, new DnsLookup(new LookupClient(new LookupClientOptions(bind.Address) { UseCache = false, ThrowDnsErrors = false })), clock, Cancelled);
        host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Hosting:Provider", "Cloudflare"), ("Hosting:Target", Target), ("Hosting:OutsideCheck", "Off"), ("Hosting:EnsureLive", "00:00:03"), ("Hosting:CheckWhileWaiting", "00:00:02"),
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:02"),
            ("Cloudflare:ApiUrl", cloudflare.ApiUrl.ToString()), ("Cloudflare:ZoneId", options.ZoneId), ("Cloudflare:ApiToken", Token)));
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        if (cloudflare is not null)
            await cloudflare.DisposeAsync();
        if (bind is not null)
            await bind.DisposeAsync();
    }

    [Fact]
    public async Task Walk_RefusedByCaaKilledAtTheOrderLostWhileLive_EndsRetiringWithItsHostname()
    {
        var claimed = await Api.PostAsync("domains", new { name = Domain });
        await Api.PutAsync($"domains/{Domain}/policy", new { mode = "testing", mx = new[] { "mx1.walk.test" }, maxAge = 86_400 });
        await Api.PutAsync($"domains/{Domain}/hosting");
        await Api.PostAsync($"domains/{Domain}/check");
        var hosting = await HostingAsync();
        Assert.Equal(("awaitingCname", "walk.test. IN CAA 0 issue \"pki.goog\""), ((string?)hosting["state"], (string?)hosting["caa"]!["records"]![0]));
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync()).Status);

        // Killed when Cloudflare has made the hostname and has not said so.
        cloudflare!.Faults.Add(Fault.DoneWithoutAnswer, HttpMethod.Post);
        await bind!.PublishAsync(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await Api.PostAsync($"domains/{Domain}/check");
        await cloudflare.HeldAsync(Cancelled).WaitAsync(Limit, Cancelled);
        await host!.KillAsync();
        await host.StartAgainAsync();
        Assert.Equal(PolicyHost, Assert.Single(await cloudflare.HostnamesAsync(Cancelled)).Hostname);
        Assert.Contains("mode: testing", (await FetchAsync()).Body, StringComparison.Ordinal);

        // The real CAA records in the way, named with the line to add.
        clock.Advance(TimeSpan.FromMinutes(2));
        hosting = await UntilAsync(now => ((string?)now["problem"])?.Contains("CAA", StringComparison.Ordinal) == true, "CAA is named");
        Assert.Equal("provisioning", (string?)hosting["state"]);
        Assert.StartsWith("The CAA records at walk.test let only digicert.com issue certificates", (string?)hosting["problem"], StringComparison.Ordinal);
        Assert.Contains("walk.test. IN CAA 0 issue \"letsencrypt.org\"", (string?)hosting["nextStep"], StringComparison.Ordinal);
        Assert.Equal("pending_validation", Assert.Single(await cloudflare.HostnamesAsync(Cancelled)).SslStatus);

        await bind.PublishAsync(Domain, "CAA", "0 issue \"digicert.com\"", ((string)hosting["caa"]!["records"]![1]!)["walk.test. IN CAA ".Length..]);
        hosting = await UntilAsync(Live, "the domain is live", TimeSpan.FromSeconds(30));
        Assert.True(hosting["certificateExpiresAt"]!.GetValue<DateTimeOffset>() > TimeProvider.System.GetUtcNow().AddDays(80));
        await Api.PostAsync($"domains/{Domain}/check");
        hosting = await HostingAsync();
        Assert.Equal((null, null), (hosting["problem"], hosting["caa"]));
        Assert.Single(cloudflare.Exchanges, exchange => exchange.Method == "POST");

        // Deleted by somebody in the dashboard: made anew, and told.
        await cloudflare.DeleteAsync(PolicyHost, Cancelled);
        await Poll.Until(async () => (await cloudflare.HostnamesAsync(Cancelled)).Count == 1, Limit, "the hostname is made anew");
        await Poll.Until(async () => (await AlertsAsync()).Contains("hostname-lost critical"), Limit, "the owner is told");
        Assert.Equal("live", (string?)(await HostingAsync())["state"]);
        await UntilAsync(now => Live(now) && now["problem"] is null, "live again", TimeSpan.FromSeconds(30));
        await Poll.Until(async () => (await AlertsAsync()).Contains("hostname-lost warning"), Limit, "the note says that it is over");

        // Switched off: none is served and the hostname stays, until a clock of days.
        var off = await Api.DeleteAsync($"domains/{Domain}/hosting");
        Assert.Equal("retiring", (string?)off["state"]);
        await Poll.Until(async () => (await FetchAsync()).Body.Contains("mode: none", StringComparison.Ordinal), Limit, "none is served");
        Assert.Single(await cloudflare.HostnamesAsync(Cancelled));
        Assert.DoesNotContain(cloudflare.Exchanges, exchange => exchange.Method == "DELETE");
    }

    private static bool Live(JsonNode hosting) => (string?)hosting["state"] == "live";

    private async Task<JsonNode> HostingAsync() => (await Api.GetAsync($"domains/{Domain}"))["hosting"]!;

    private async Task<IReadOnlyList<string>> AlertsAsync() =>
        [.. (await Api.GetAsync("alerts"))["items"]!.AsArray().Where(alert => alert!["resolvedAt"] is null && (string?)alert["domain"] != "").Select(alert => $"{alert!["kind"]} {alert["severity"]}")];

    /// <summary>Waits for the host, while Cloudflare's time passes.</summary>
    private async Task<JsonNode> UntilAsync(Func<JsonNode, bool> condition, string what, TimeSpan step = default)
    {
        JsonNode? hosting = null;
        await Poll.Until(
            async () =>
            {
                clock.Advance(step / 40);
                return condition(hosting = await HostingAsync());
            },
            Limit,
            what);
        return hosting!;
    }

    private async Task<(HttpStatusCode Status, string Body)> FetchAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host!.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = PolicyHost;
        using var response = await host.Client.SendAsync(request, Cancelled);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }
}
