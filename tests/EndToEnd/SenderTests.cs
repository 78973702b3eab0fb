using System.Net;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>A domain's life as a real sender sees it: real DNS, real HTTPS, the built host in a process of its own.</summary>
public sealed class SenderTests : IAsyncLifetime
{
    private const string Domain = "alpha.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TestAuthority authority = new();
    private readonly TempFolder folder = new();
    private BindServer? bind;
    private UdpRelay? relay;
    private HostProcess? host;
    private SenderQuery? sender;

    private ApiClient Api => new(host!);

    public async ValueTask InitializeAsync()
    {
        SenderQuery.Require();
        // Addresses of this process's own: the ports are the real ones, which others on the machine may use.
        var (high, low) = ((byte)(Environment.ProcessId >> 8), (byte)(Environment.ProcessId % 250 + 1));
        var (dns, gateway) = (new IPAddress([127, 53, high, low]), new IPAddress([127, 84, high, low]));
        bind = await BindServer.StartAsync();
        relay = new UdpRelay(new IPEndPoint(dns, 53), bind.Address);
        bind.Set(Domain, "MX", "10 mx1.alpha.test.");
        bind.Set("mx1.alpha.test", "A", "127.0.0.1");
        bind.Set("*.sts.test", "A", gateway.ToString());
        await bind.PublishAsync();
        sender = new SenderQuery(dns, authority.RootPem);
        await File.WriteAllTextAsync(folder["roots.pem"], authority.RootPem);
        host = await HostProcess.StartAsync(
            ApiClient.Settings(("Dns:Servers", bind.Address.ToString()), ("Hosting:Target", "sts.test"), ("Gateway:Lease", "00:00:02"),
                ("Hosting:OutsideCheck", "Required"), ("Hosting:CheckWhileWaiting", "00:00:02"), ("Outside:AllowPrivateAddresses", "true"), ("Outside:TrustedRootsPath", folder["roots.pem"])),
            tls: new GatewayTls(new IPEndPoint(gateway, 443), authority, PolicyHost));
    }

    public async ValueTask DisposeAsync()
    {
        sender?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
        relay?.Dispose();
        if (bind is not null)
            await bind.DisposeAsync();
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Life_AsARealSenderSeesIt_TestingEnforceNone()
    {
        var claimed = await Api.PostAsync("domains", new { name = "Alpha.Test." });
        Assert.Equal(Domain, (string?)claimed["name"]);
        await Api.PutAsync($"domains/{Domain}/policy", new { mode = "testing", mx = new[] { "mx1.alpha.test" }, maxAge = 86_400 });
        Assert.Equal("awaitingCname", (string?)(await Api.PutAsync($"domains/{Domain}/hosting"))["state"]);
        Assert.Equal(HttpStatusCode.NotFound, (await FetchAsync()).StatusCode);

        await bind!.PublishAsync(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await Api.PostAsync($"domains/{Domain}/check");
        await Poll.Until(async () => (string?)(await Api.GetAsync($"domains/{Domain}"))["hosting"]!["state"] == "live", Limit, "the domain is live");
        Assert.Contains("NONE", await sender!.AskAsync(Domain), StringComparison.Ordinal); // Served, but no record says so yet.

        var testing = await AnnouncedAsync(1);
        var seen = await sender.AskAsync(Domain);
        Assert.Contains("VALID", seen, StringComparison.Ordinal);
        Assert.Contains(testing, seen, StringComparison.Ordinal);
        Assert.Contains("'mode': 'testing'", seen, StringComparison.Ordinal);
        Assert.Contains("'max_age': 86400", seen, StringComparison.Ordinal);
        Assert.Contains("mx1.alpha.test", seen, StringComparison.Ordinal);
        Assert.Contains("NOT_CHANGED", await sender.AskAsync(Domain, testing), StringComparison.Ordinal);

        await Api.PutAsync($"domains/{Domain}/policy", new { mode = "enforce", mx = new[] { "mx1.alpha.test" }, maxAge = 604_800, @override = true, reason = "A test of minutes" });
        Assert.Contains("NOT_CHANGED", await sender.AskAsync(Domain, testing), StringComparison.Ordinal); // The owner has not published the new id.
        var enforce = await AnnouncedAsync(2);
        Assert.NotEqual(testing, enforce);
        seen = await sender.AskAsync(Domain, testing);
        Assert.Contains(enforce, seen, StringComparison.Ordinal);
        Assert.Contains("'mode': 'enforce'", seen, StringComparison.Ordinal);

        var off = await Api.DeleteAsync($"domains/{Domain}/hosting");
        Assert.Equal("retiring", (string?)off["state"]);
        Assert.InRange(off["safeToRemoveAt"]!.GetValue<DateTimeOffset>() - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(604_800 - 60), TimeSpan.FromSeconds(604_800 + 3_700));
        await AnnouncedAsync(3);
        Assert.Contains("'mode': 'none'", await sender.AskAsync(Domain, enforce), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_OverHttps_AnswersHttp2AndRefusesOtherNames()
    {
        using var response = await FetchAsync(HttpVersion.Version20);
        Assert.Equal((HttpStatusCode.NotFound, HttpVersion.Version20), (response.StatusCode, response.Version));
        using var stranger = new HttpRequestMessage(HttpMethod.Get, new Uri(host!.DashboardUrl, "/.well-known/mta-sts.txt"));
        stranger.Headers.Host = PolicyHost;
        using var onDashboard = await host.Client.SendAsync(stranger);
        Assert.NotEqual(HttpStatusCode.OK, onDashboard.StatusCode); // The dashboard's listener serves no policies.
    }

    /// <summary>Waits until the version's id may be published, publishes it as the page says, and returns it.</summary>
    private async Task<string> AnnouncedAsync(int number)
    {
        JsonNode? policy = null;
        await Poll.Until(
            async () => (policy = await Api.GetAsync($"domains/{Domain}/policy")) is { } now && (int?)now["number"] == number && (bool)now["announced"]!,
            Limit,
            $"the id of version {number} is announced");
        var record = (await Api.GetAsync($"domains/{Domain}/records"))["items"]!.AsArray().Single(item => (string?)item!["name"] == "_mta-sts." + Domain)!;
        await bind!.PublishAsync("_mta-sts." + Domain, "TXT", (string)record["expected"]!);
        await Api.PostAsync($"domains/{Domain}/check");
        record = (await Api.GetAsync($"domains/{Domain}/records"))["items"]!.AsArray().Single(item => (string?)item!["name"] == "_mta-sts." + Domain)!;
        Assert.Equal("ok", (string?)record["state"]);
        return (string)policy!["id"]!;
    }

    private async Task<HttpResponseMessage> FetchAsync(Version? version = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{PolicyHost}/.well-known/mta-sts.txt")
        {
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return await host!.Client.SendAsync(request);
    }
}
