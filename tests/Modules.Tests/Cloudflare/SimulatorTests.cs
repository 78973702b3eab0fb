using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>The simulator refuses what Cloudflare refuses, and takes the time that Cloudflare takes.</summary>
public sealed class SimulatorTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryDns dns = new();
    private readonly SocketsHttpHandler handler = new();
    private HttpClient client = null!;
    private CloudflareSimulator simulator = null!;

    public async ValueTask InitializeAsync() => await BeginAsync(new() { Token = "token", CnameTarget = "target.example" });

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        handler.Dispose();
        await simulator.DisposeAsync();
    }

    [Fact]
    public void GapAfter_WholeSchedule_IsTheDocumentedOne()
    {
        Assert.Equal([63, 93, 242, 981, 3972, 14400], new[] { 1, 9, 10, 20, 30, 40 }.Select(tries => (int)Timings.GapAfter(tries).TotalSeconds));
        var whole = Enumerable.Range(1, Timings.MostHostnameChecks - 1).Aggregate(TimeSpan.Zero, (sum, tries) => sum + Timings.GapAfter(tries));
        Assert.InRange(whole, TimeSpan.FromDays(6.5), TimeSpan.FromDays(7.5));
    }

    [Theory]
    [InlineData("mta-sts.mail.test", 1409)]
    [InlineData("mta-sts.mail.example", 1409)]
    [InlineData("mta-sts.example.com", 1411)]
    [InlineData("192.0.2.1", 1407)]
    [InlineData("mta sts.mail.net", 1407)]
    [InlineData("mta-sts.bücher.net", 1408)]
    [InlineData("localdomain", 1410)]
    [InlineData("mta-sts.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.mail.net", 1469)]
    public async Task Post_NameThatCloudflareRefuses_IsRefusedWithItsCode(string name, int code) =>
        Assert.Equal((HttpStatusCode.BadRequest, code), await PostAsync(name, """{"method":"http","type":"dv"}"""));

    [Theory]
    [InlineData("""{"method":"http"}""", 1440)]
    [InlineData("""{"method":"dns","type":"dv"}""", 1432)]
    [InlineData("""{"method":"http","type":"ev"}""", 1433)]
    [InlineData("""{"method":"http","type":"dv","settings":{"min_tls_version":"1.9"}}""", 1425)]
    [InlineData("""[]""", 1434)]
    public async Task Post_OrderThatCloudflareRefuses_IsRefusedWithItsCode(string ssl, int code) =>
        Assert.Equal((HttpStatusCode.BadRequest, code), await PostAsync("mta-sts.mail.net", ssl));

    [Theory]
    [InlineData("mta-sts.mail.net")]
    [InlineData("mta-sts.example.com")]
    public async Task Post_RealNameToADemonstration_IsRefused(string name)
    {
        await simulator.DisposeAsync();
        await BeginAsync(new() { Token = "token", CnameTarget = "target.example", AllowReservedNames = true, OnlyReservedNames = true });
        Assert.Equal((HttpStatusCode.BadRequest, 1407), await PostAsync(name, """{"method":"http","type":"dv"}"""));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("mta-sts.mail.example", """{"method":"http","type":"dv"}""")).Item1);
    }

    [Theory]
    [InlineData(1, 48)]
    [InlineData(0.25, 12)]
    public async Task Certificate_DelaysShortened_IsThereSooner(double factor, int seconds)
    {
        await simulator.DisposeAsync();
        await BeginAsync(new() { Token = "token", CnameTarget = "target.example", AllowReservedNames = true, DelayFactor = factor });
        dns.Publish("mta-sts.mail.example", DnsType.Cname, "a.target.example");
        await PostAsync("mta-sts.mail.example", """{"method":"http","type":"dv"}""");
        clock.Advance(TimeSpan.FromSeconds(seconds - 6));
        Assert.NotEqual("active", Assert.Single(await simulator.HostnamesAsync(TestContext.Current.CancellationToken)).SslStatus);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("active", Assert.Single(await simulator.HostnamesAsync(TestContext.Current.CancellationToken)).SslStatus);
    }

    [Fact]
    public async Task Certificate_CaaAboveTheHostname_IsRefusedByTheFirstNameThatHasAny()
    {
        await simulator.DisposeAsync();
        await BeginAsync(new() { Token = "token", CnameTarget = "target.example", AllowReservedNames = true });
        dns.Publish("mta-sts.mail.example", DnsType.Cname, "a.target.example");
        dns.Publish("mail.example", DnsType.Caa, "0 issue \"digicert.com\"");
        dns.Publish("example", DnsType.Caa, "0 issue \"pki.goog\"");
        await PostAsync("mta-sts.mail.example", """{"method":"http","type":"dv"}""");
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("pending_validation", Assert.Single(await simulator.HostnamesAsync(TestContext.Current.CancellationToken)).SslStatus);
        dns.Publish("mail.example", DnsType.Caa);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("active", Assert.Single(await simulator.HostnamesAsync(TestContext.Current.CancellationToken)).SslStatus);
    }

    [Fact]
    public async Task Post_Twice_IsADuplicate()
    {
        Assert.Equal((HttpStatusCode.Created, 0), await PostAsync("mta-sts.mail.net", null));
        Assert.Equal((HttpStatusCode.Conflict, 1406), await PostAsync("mta-sts.mail.net", null));
    }

    [Fact]
    public async Task Post_SixteenCertificatesInAMinute_TheLastWaitsThirtySeconds()
    {
        for (var i = 0; i < 15; i++)
            Assert.Equal((HttpStatusCode.Created, 0), await PostAsync($"mta-sts.m{i}.net", """{"method":"http","type":"dv"}"""));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync("mta-sts.late.net", """{"method":"http","type":"dv"}""")).Status);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync("mta-sts.late.net", """{"method":"http","type":"dv"}""")).Status);
    }

    [Fact]
    public async Task Get_MoreThanTheLimit_IsRefusedForFiveMinutes()
    {
        await simulator.DisposeAsync();
        await BeginAsync(new() { Token = "token", CnameTarget = "target.example", RequestsPerFiveMinutes = 3 });
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path(""))).StatusCode);
        var refused = await client.GetAsync(Path(""));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(5), refused.Headers.RetryAfter!.Delta);
        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(Path(""))).StatusCode);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path(""))).StatusCode);
    }

    [Fact]
    public async Task Get_ShorterFaultWithinABlock_DoesNotEndIt()
    {
        await simulator.DisposeAsync();
        await BeginAsync(new() { Token = "token", CnameTarget = "target.example", RequestsPerFiveMinutes = 1 });
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Path(""))).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(Path(""))).StatusCode);
        simulator.Faults.Add(Fault.RateLimited);
        Assert.Equal(TimeSpan.FromMinutes(5), (await client.GetAsync(Path(""))).Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Pending_NeverPublished_IsMovedAfterSevenDaysAndGoneAfterFourteen()
    {
        await PostAsync("mta-sts.mail.net", """{"method":"http","type":"dv"}""");
        clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal("pending", Assert.Single(await simulator.HostnamesAsync(default)).Status);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("moved", Assert.Single(await simulator.HostnamesAsync(default)).Status);
        clock.Advance(TimeSpan.FromDays(7));
        Assert.Empty(await simulator.HostnamesAsync(default));
    }

    [Fact]
    public async Task Certificate_CnamePublished_PassesThroughEveryStateInItsTime()
    {
        dns.Publish("mta-sts.mail.net", DnsType.Cname, "abc.target.example");
        await PostAsync("mta-sts.mail.net", """{"method":"http","type":"dv"}""");
        var seen = new List<string?>();
        for (var second = 0; second < 60; second++)
        {
            seen.Add(Assert.Single(await simulator.HostnamesAsync(default)).SslStatus);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["initializing", "pending_validation", "pending_issuance", "pending_deployment", "active"], seen.Distinct());
        Assert.Equal(3 + 5 + 20 + 15, seen.IndexOf("active"));
    }

    [Fact]
    public async Task Certificate_CnameTakenAway_ExpiresAfterNinetyDaysUnlessTheHostnameIsGoneBefore()
    {
        dns.Publish("mta-sts.mail.net", DnsType.Cname, "abc.target.example");
        await PostAsync("mta-sts.mail.net", """{"method":"http","type":"dv"}""");
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("active", Assert.Single(await simulator.HostnamesAsync(default)).SslStatus);
        dns.Publish("mta-sts.mail.net", DnsType.Caa, "0 issue \"other.net\"");
        clock.Advance(TimeSpan.FromDays(89));
        Assert.NotEqual("active", Assert.Single(await simulator.HostnamesAsync(default)).SslStatus);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("expired", Assert.Single(await simulator.HostnamesAsync(default)).SslStatus);
    }

    [Fact]
    public async Task AnyCall_TokenMissingOrWrong_IsRefused()
    {
        client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(Path(""))).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Path(""))).StatusCode);
    }

    private async Task BeginAsync(SimulatorOptions options)
    {
        simulator = await CloudflareSimulator.StartAsync(options, dns, clock, TestContext.Current.CancellationToken);
        client?.Dispose();
        client = new HttpClient(handler, disposeHandler: false);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "token");
    }

    private string Path(string rest) => $"{simulator.ApiUrl}/zones/5c0ffee0c0ffee0c0ffee0c0ffee0c0f/custom_hostnames{rest}";

    private async Task<(HttpStatusCode Status, int Code)> PostAsync(string hostname, string? ssl)
    {
        var response = await client.PostAsJsonAsync(Path(""), new JsonObject { ["hostname"] = hostname, ["ssl"] = ssl is null ? null : JsonNode.Parse(ssl) });
        var errors = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]!.AsArray();
        return (response.StatusCode, errors.Count == 0 ? 0 : (int)errors[0]!["code"]!);
    }
}
