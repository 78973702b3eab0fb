using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>What goes wrong at Cloudflare while a hostname is made, and where each ends.</summary>
public sealed class CloudflareMakingFaultTests
{
    private const string NoUsableAnswer = "Cloudflare gave no usable answer";
    private const string StillMaking = "Cloudflare has not yet seen";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Fault.NoAnswer, NoUsableAnswer)]
    [InlineData(Fault.DoneWithoutAnswer, NoUsableAnswer)]
    [InlineData(Fault.Slow, StillMaking)]
    [InlineData(Fault.DoneThenDuplicate, StillMaking)]
    [InlineData(Fault.Cut, NoUsableAnswer)]
    [InlineData(Fault.DoneThenCut, NoUsableAnswer)]
    [InlineData(Fault.InternalError, NoUsableAnswer)]
    [InlineData(Fault.BadGateway, NoUsableAnswer)]
    [InlineData(Fault.DoneThenMalformed, NoUsableAnswer)]
    [InlineData(Fault.DoneThenOversized, NoUsableAnswer)]
    [InlineData(Fault.RateLimited, "Cloudflare accepts no more requests now")]
    public async Task Making_FaultAtTheOrder_IsToldServedOnAndEndsLiveWithOneHostname(Fault fault, string told)
    {
        await using var scene = await CloudflareScene.StartAsync();
        scene.Simulator.Faults.Add(fault, HttpMethod.Post);
        if (fault == Fault.Slow)
            scene.HeldFor = FaultQueue.SlowAnswer;
        await scene.BeginAsync();
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, hosting.State);
        Assert.Contains(told, hosting.Problem!, StringComparison.Ordinal);
        if (fault == Fault.RateLimited)
        {
            var asked = scene.Simulator.Requests;
            await scene.PassAsync(FaultQueue.RetryAfter - TimeSpan.FromSeconds(1));
            Assert.Equal(asked, scene.Simulator.Requests);
        }
        await scene.UntilAsync(HostingState.Live);
        Assert.Equal((null, null), ((await scene.HostingAsync()).Problem, (await scene.HostingAsync()).NextStep));
        Assert.Equal("active", (await scene.HostnameAsync())!.SslStatus);
        Assert.Empty(await scene.OpenAlertsAsync());
    }

    [Fact]
    public async Task Making_TokenRefused_SendsToTheOperator()
    {
        await using var scene = await CloudflareScene.StartAsync();
        scene.Simulator.Faults.Add(Fault.Unauthorized, HttpMethod.Post);
        await scene.BeginAsync();
        var hosting = await scene.HostingAsync();
        Assert.Contains("The token is not active.", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("The operator must check Cloudflare:ApiToken", hosting.NextStep!, StringComparison.Ordinal);
        await scene.UntilAsync(HostingState.Live);
    }

    [Fact]
    public async Task Making_AnotherZoneHasTheName_SaysSoAndGoesOnOnceItIsFree()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.Simulator.TakeElsewhereAsync(CloudflareScene.PolicyHost, Cancelled);
        await scene.BeginAsync();
        await scene.PassAsync(TimeSpan.FromHours(2));
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, hosting.State);
        Assert.Contains("Duplicate custom hostname found.", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("is a custom hostname of another Cloudflare zone", hosting.NextStep!, StringComparison.Ordinal);
        Assert.InRange(scene.Simulator.Exchanges.Count(exchange => exchange.Method == "POST"), 5, 15); // Ever more seldom.
    }

    [Fact]
    public async Task Making_HostnameIsInTheZoneAlready_IsAdopted()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.Simulator.AddAsync(CloudflareScene.PolicyHost, "1.0", Cancelled);
        scene.MayBeMissing = true; // It was there before the domain was.
        await scene.GoLiveAsync();
        Assert.DoesNotContain(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
        Assert.Equal("1.2", (await scene.HostnameAsync())!.MinTlsVersion);
    }

    [Fact]
    public async Task Making_QuotaExhausted_SendsToTheOperatorAndGoesOnOnceThereIsRoom()
    {
        await using var scene = await CloudflareScene.StartAsync(() => CloudflareScene.With(hardCap: 1));
        await scene.Simulator.AddAsync("mta-sts.other.example", "1.2", Cancelled);
        await scene.BeginAsync();
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, hosting.State);
        Assert.Contains("Quota exceeded", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("The operator must raise the zone's quota", hosting.NextStep!, StringComparison.Ordinal);
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.Simulator.DeleteAsync("mta-sts.other.example", Cancelled);
        await scene.UntilAsync(HostingState.Live);
    }

    [Fact]
    public async Task Making_NoFallbackOrigin_SendsToTheOperatorAndGoesOnOnceItIsSet()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.Simulator.SetFallbackOriginAsync(null, Cancelled);
        await scene.BeginAsync();
        await scene.PassAsync(TimeSpan.FromMinutes(2));
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, hosting.State);
        Assert.Contains("fallback origin", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("The operator must set a fallback origin", hosting.NextStep!, StringComparison.Ordinal);
        await scene.Simulator.SetFallbackOriginAsync("origin.service.net", Cancelled);
        await scene.UntilAsync(HostingState.Live);
    }

    [Fact]
    public async Task Making_CaaOfTheDomainRefuses_NamesTheLineToAddBeforeAndWhileAndGoesOnOnceItIsThere()
    {
        await using var scene = await CloudflareScene.StartAsync();
        scene.Dns.Publish(CloudflareScene.Name, DnsType.Caa, "0 issue \"digicert.com\"", "0 iodef \"mailto:security@walk.example\"");
        scene.Dns.Publish("example", DnsType.Caa, "0 issue \"pki.goog\""); // Above the one that counts.
        scene.PublishMx();
        await scene.Cluster.Grains.Workspace(CloudflareScene.Workspace).ClaimDomain(CloudflareScene.Name, "owner");
        await scene.SettleAsync();
        await scene.Cluster.Grains.Workspace(CloudflareScene.Workspace).EnableHosting(CloudflareScene.Name, "owner");
        await scene.SettleAsync();
        var waiting = await scene.HostingAsync();
        Assert.Equal((HostingState.AwaitingCname, "The CNAME has not been seen yet."), (waiting.State, waiting.Problem));
        Assert.Equal(["pki.goog", "letsencrypt.org", "ssl.com"], waiting.CaaRefusal!.Records.Select(line => line.Split('"')[1]));

        await scene.PublishCnameAsync();
        await scene.CheckAsync();
        await scene.PassAsync(TimeSpan.FromHours(3), TimeSpan.FromSeconds(30));
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, hosting.State);
        Assert.StartsWith("The CAA records at walk.example let only digicert.com issue certificates", hosting.Problem, StringComparison.Ordinal);
        Assert.Contains("walk.example. IN CAA 0 issue \"letsencrypt.org\"", hosting.NextStep!, StringComparison.Ordinal);
        Assert.Equal("pending_validation", (await scene.HostnameAsync())!.SslStatus);

        scene.Dns.Publish(CloudflareScene.Name, DnsType.Caa, "0 issue \"digicert.com\"", hosting.CaaRefusal!.Records[0]["walk.example. IN CAA ".Length..]);
        await scene.UntilAsync(HostingState.Live);
        await scene.CheckAsync();
        Assert.Null((await scene.HostingAsync()).CaaRefusal);
        Assert.Null((await scene.HostingAsync()).Problem);
    }

    [Fact]
    public async Task Making_CaaGivesNoAnswer_AccusesNobody()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.BeginAsync();
        scene.Dns.Outage = "time-out";
        await scene.CheckAsync();
        Assert.Equal(DnsStatus.Failed, (await scene.ViewAsync()).LastObservation!.Caa!.Status);
        Assert.Null((await scene.HostingAsync()).CaaRefusal);
    }

    [Fact]
    public async Task Making_KilledBetweenTheOrderAndItsAnswer_FindsTheHostnameAndEndsLive()
    {
        await using var scene = await CloudflareScene.StartAsync();
        scene.PublishMx();
        await scene.Cluster.Grains.Workspace(CloudflareScene.Workspace).ClaimDomain(CloudflareScene.Name, "owner");
        await scene.PutAsync(PolicyMode.Testing, 86_400);
        await scene.Cluster.Grains.Workspace(CloudflareScene.Workspace).EnableHosting(CloudflareScene.Name, "owner");
        await scene.PublishCnameAsync();
        scene.Simulator.Faults.Add(Fault.DoneWithoutAnswer, HttpMethod.Post);
        await scene.Cluster.Grains.Probe().Check(CloudflareScene.Name);
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);

        await scene.CrashAsync();

        Assert.NotNull(await scene.HostnameAsync());
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.WakeAsync();
        await scene.UntilAsync(HostingState.Live);
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
        Assert.Empty(await scene.OpenAlertsAsync());
    }
}
