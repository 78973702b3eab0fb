using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>What goes wrong at Cloudflare on the way in, while live and on the way out, and where each ends.</summary>
public sealed class CloudflareFaultWalkTests
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
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        await scene.CrashAsync();

        Assert.NotNull(await scene.HostnameAsync());
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.WakeAsync();
        await scene.UntilAsync(HostingState.Live);
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
        Assert.Empty(await scene.OpenAlertsAsync());
    }

    [Fact]
    public async Task Live_DeletedBehindOurBack_IsMadeAnewAndTheOwnerTold()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        scene.MayBeMissing = true;
        await scene.Simulator.DeleteAsync(CloudflareScene.PolicyHost, Cancelled);
        await scene.UntilAsync(hosting => hosting.Problem is not null, "noticed");
        Assert.Equal(HostingState.Live, (await scene.HostingAsync()).State);
        Assert.NotNull(await scene.HostnameAsync());
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);
        var alert = Assert.Single(await scene.OpenAlertsAsync());
        Assert.Equal(("hostname-lost", AlertSeverity.Critical), (alert.Kind, alert.Severity));
        Assert.Contains("was missing at the hostname provider", alert.Message, StringComparison.Ordinal);

        scene.MayBeMissing = false;
        await scene.UntilAsync(hosting => hosting.Problem is null, "live again");
        Assert.Equal("active", (await scene.HostnameAsync())!.SslStatus);
        alert = Assert.Single(await scene.OpenAlertsAsync());
        Assert.Equal(("hostname-lost", AlertSeverity.Warning), (alert.Kind, alert.Severity));
        Assert.Contains("was created again and is live", alert.Message, StringComparison.Ordinal);

        await scene.PassAsync(TimeSpan.FromHours(26), TimeSpan.FromMinutes(30));
        Assert.Empty(await scene.OpenAlertsAsync());
        Assert.NotNull((await scene.AlertAsync("hostname-lost"))!.ResolvedAt);
        Assert.Equal(2, scene.Simulator.Exchanges.Count(exchange => exchange.Method == "POST"));
    }

    [Fact]
    public async Task Live_DeletedAndTheNewOrdersAnswerIsLost_TheOwnerIsToldAllTheSame()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        scene.MayBeMissing = true;
        await scene.Simulator.DeleteAsync(CloudflareScene.PolicyHost, Cancelled);
        scene.Simulator.Faults.Add(Fault.DoneThenCut, HttpMethod.Post);
        await scene.UntilAsync(hosting => hosting.Problem is not null, "noticed");
        await scene.UntilAsync(hosting => hosting.Problem is null, "live again");
        Assert.Contains(await scene.OpenAlertsAsync(), alert => alert is { Kind: "hostname-lost", Severity: AlertSeverity.Warning });
    }

    [Fact]
    public async Task Retiring_DeletedBehindOurBack_IsMadeAnewForNoneToBeServed()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        await scene.PutAsync(PolicyMode.Enforce, 7 * 86_400);
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.SettleAsync();
        scene.MayBeMissing = true;
        await scene.Simulator.DeleteAsync(CloudflareScene.PolicyHost, Cancelled);
        await scene.UntilAsync(hosting => hosting.Problem is not null, "noticed");
        scene.MayBeMissing = false;
        await scene.UntilAsync(hosting => hosting.Problem is null, "there again");
        Assert.Contains(await scene.OpenAlertsAsync(), alert => alert.Kind == "hostname-lost");
        await scene.PassAsync((await scene.HostingAsync()).SafeToRemoveAt!.Value - scene.Now, TimeSpan.FromHours(6));
        await scene.UntilAsync(HostingState.Off);
        Assert.Empty(await scene.OpenAlertsAsync());
    }

    [Fact]
    public async Task Live_CnameTakenAway_IsMovedAndToldAndComesBackWithTheCname()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        scene.TakeCnameAway();
        await scene.PassAsync(TimeSpan.FromHours(14), TimeSpan.FromMinutes(10));
        Assert.Equal("moved", (await scene.HostnameAsync())!.Status);
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Live, hosting.State);
        Assert.Contains("(status moved)", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("Publish mta-sts.walk.example as a CNAME to", hosting.NextStep!, StringComparison.Ordinal);
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);
        var kinds = (await scene.OpenAlertsAsync()).Select(alert => alert.Kind).ToArray();
        Assert.Contains("cname-lost", kinds);
        Assert.Contains("hostname-problem", kinds);

        await scene.PublishCnameAsync();
        await scene.CheckAsync();
        await scene.UntilAsync(now => now.Problem is null, "live again");
        Assert.DoesNotContain(await scene.OpenAlertsAsync(), alert => alert.Kind is "cname-lost" or "hostname-problem" or "hostname-lost");
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
    }

    [Fact]
    public async Task Live_CnameAwayForTwoWeeks_HostnameIsMadeAnewWithTheCname()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        scene.TakeCnameAway();
        scene.MayBeMissing = true; // Cloudflare deletes it after seven days.
        await scene.PassAsync(TimeSpan.FromDays(14), TimeSpan.FromHours(1));
        Assert.Equal(HostingState.Live, (await scene.HostingAsync()).State);
        await scene.PublishCnameAsync();
        await scene.CheckAsync();
        await scene.UntilAsync(now => now.Problem is null, "live again");
        Assert.Equal("active", (await scene.HostnameAsync())!.SslStatus);
    }

    [Fact]
    public async Task Live_RenewalFails_IsAlertedTwoWeeksBeforeTheEndAndStaysServedBeyondIt()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        var end = (await scene.HostingAsync()).CertificateExpiresAt!.Value;
        scene.Dns.Publish(CloudflareScene.PolicyHost, DnsType.Caa, "0 issue \"other.example\"");
        await scene.PassAsync(end.AddDays(-15) - scene.Now, TimeSpan.FromHours(12));
        Assert.StartsWith("The certificate cannot be renewed. The CAA records at mta-sts.walk.example let only other.example issue certificates", (await scene.HostingAsync()).Problem, StringComparison.Ordinal);
        var alert = Assert.Single(await scene.OpenAlertsAsync());
        Assert.Equal(("caa-refused", AlertSeverity.Warning), (alert.Kind, alert.Severity));

        await scene.PassAsync(TimeSpan.FromDays(2), TimeSpan.FromHours(2));
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Live, hosting.State);
        Assert.Contains($"ends on {end.UtcDateTime:yyyy-MM-dd} and Cloudflare has not renewed it", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("mta-sts.walk.example. IN CAA 0 issue \"letsencrypt.org\"", hosting.NextStep!, StringComparison.Ordinal);
        Assert.Equal(["caa-refused", "hostname-problem"], (await scene.OpenAlertsAsync()).Where(item => item.Severity == AlertSeverity.Critical).Select(item => item.Kind).Order());

        await scene.PassAsync(end.AddDays(1) - scene.Now, TimeSpan.FromHours(6));
        hosting = await scene.HostingAsync();
        Assert.Equal((HostingState.Live, "expired"), (hosting.State, (await scene.HostnameAsync())!.SslStatus == "active" ? "active" : "expired"));
        Assert.NotNull(hosting.Problem);
        Assert.Contains("mode: testing", await scene.ServedAsync(), StringComparison.Ordinal);

        scene.Dns.Publish(CloudflareScene.PolicyHost, DnsType.Caa);
        await scene.UntilAsync(now => now.Problem is null, "renewed");
        Assert.True((await scene.HostingAsync()).CertificateExpiresAt > scene.Now.AddDays(89));
        await scene.CheckAsync();
        Assert.Empty(await scene.OpenAlertsAsync());
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
    }

    [Fact]
    public async Task Live_CloudflareBusyForAMinute_IsShownAndNoAlert()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        scene.Simulator.Faults.Add(Fault.BadGateway);
        await scene.UntilAsync(hosting => hosting.Problem is not null, "shown");
        Assert.Contains(NoUsableAnswer, (await scene.HostingAsync()).Problem!, StringComparison.Ordinal);
        Assert.Empty(await scene.OpenAlertsAsync());
        await scene.UntilAsync(hosting => hosting.Problem is null, "over");
        Assert.Empty(await scene.OpenAlertsAsync());
    }

    [Fact]
    public async Task Live_CloudflareDownForADay_IsAlertedServedOnAndResolved()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        for (var i = 0; i < 3_000; i++)
            scene.Simulator.Faults.Add(Fault.InternalError);
        await scene.PassAsync(TimeSpan.FromDays(1), TimeSpan.FromMinutes(5));
        Assert.Equal(HostingState.Live, (await scene.HostingAsync()).State);
        Assert.Contains(await scene.OpenAlertsAsync(), alert => alert.Kind == "hostname-problem");
        scene.Simulator.Faults.Clear();
        await scene.UntilAsync(hosting => hosting.Problem is null, "over");
        Assert.DoesNotContain(await scene.OpenAlertsAsync(), alert => alert.Kind == "hostname-problem");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaving_EitherAnswerOfDelete_EndsOff(bool enveloped)
    {
        await using var scene = await CloudflareScene.StartAsync(() => CloudflareScene.With(envelopedDelete: enveloped));
        await LeaveAsync(scene);
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    [Fact]
    public async Task Leaving_DeletionTakesMinutes_ServesNoneUntilItIsDone()
    {
        await using var scene = await CloudflareScene.StartAsync(() => CloudflareScene.With(deletionTakes: TimeSpan.FromMinutes(3)));
        await LeaveAsync(scene);
        await scene.UntilAsync(HostingState.Removing);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((HostingState.Removing, "The hostname is being deleted."), ((await scene.HostingAsync()).State, (await scene.HostingAsync()).Problem));
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.UntilAsync(HostingState.Off);
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Theory]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.DoneWithoutAnswer)]
    [InlineData(Fault.DoneThenCut)]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.DoneThenMalformed)]
    public async Task Leaving_DeletionFails_IsTriedAgainUntilItIsGone(Fault fault)
    {
        await using var scene = await CloudflareScene.StartAsync();
        for (var i = 0; i < 3; i++)
            scene.Simulator.Faults.Add(fault, HttpMethod.Delete);
        await LeaveAsync(scene);
        Assert.Equal(HostingState.Removing, (await scene.HostingAsync()).State);
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        var hosting = await scene.HostingAsync();
        Assert.StartsWith("Cloudflare", hosting.Problem, StringComparison.Ordinal);
        Assert.Equal("It is retried automatically.", hosting.NextStep);
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    [Fact]
    public async Task Leaving_KilledBetweenTheDeletionAndItsAnswer_EndsOff()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.SettleAsync();
        await scene.PassAsync((await scene.HostingAsync()).SafeToRemoveAt!.Value - scene.Now - TimeSpan.FromSeconds(1), TimeSpan.FromHours(6));
        scene.Simulator.Faults.Add(Fault.DoneWithoutAnswer, HttpMethod.Delete);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        await scene.CrashAsync();
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.WakeAsync();
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    /// <summary>A look at the provider that is late must not make the hostname again behind the deletion's back.</summary>
    [Fact]
    public async Task Leaving_WhileALookAtCloudflareIsOut_WaitsForItToComeBack()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        var look = (await scene.StoredAsync()).Effects.Single(effect => effect.Kind == EffectKind.EnsureHostname).DueAt;
        // So that the clock runs out five seconds after a look begins: lease 15 s, max_age a day, TTL 300 s.
        await scene.PassAsync(look - TimeSpan.FromSeconds(310) - scene.Now);
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        var end = (await scene.HostingAsync()).SafeToRemoveAt!.Value;
        Assert.Equal(look.AddDays(1).AddSeconds(5), end);
        await scene.PassAsync(look.AddDays(1).AddSeconds(-1) - scene.Now);
        scene.Simulator.Faults.Add(Fault.NoAnswer, HttpMethod.Get);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        var asked = scene.Simulator.Requests;
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        Assert.Equal(HostingState.Removing, (await scene.HostingAsync()).State);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancelled); // Long enough for a removal that does not wait to be seen.
        Assert.Equal(asked, scene.Simulator.Requests);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(5)); // The look is given up.
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    private static async Task LeaveAsync(CloudflareScene scene)
    {
        await scene.GoLiveAsync();
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.SettleAsync();
        await scene.PassAsync((await scene.HostingAsync()).SafeToRemoveAt!.Value - scene.Now, TimeSpan.FromHours(6));
    }
}
