using MtaSts.Application.Alerts;
using MtaSts.Grains.Tests.Alerts;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>What goes wrong at Cloudflare while a hostname is relied on, and where each ends.</summary>
public sealed class CloudflareLiveFaultTests
{
    private const string NoUsableAnswer = "Cloudflare gave no usable answer";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

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
        Assert.Equal(("hostname-lost", AlertSeverity.Critical), (alert.Kind, alert.Words().Severity));
        Assert.Contains("was missing at the hostname provider", alert.Words().Message, StringComparison.Ordinal);

        scene.MayBeMissing = false;
        await scene.UntilAsync(hosting => hosting.Problem is null, "live again");
        Assert.Equal("active", (await scene.HostnameAsync())!.SslStatus);
        alert = Assert.Single(await scene.OpenAlertsAsync());
        Assert.Equal(("hostname-lost", AlertSeverity.Warning), (alert.Kind, alert.Words().Severity));
        Assert.Contains("was created again and is live", alert.Words().Message, StringComparison.Ordinal);

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
        Assert.Contains(await scene.OpenAlertsAsync(), alert => alert.Kind == "hostname-lost" && alert.Words().Severity == AlertSeverity.Warning);
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
        Assert.Equal(("caa-refused", AlertSeverity.Warning), (alert.Kind, alert.Words().Severity));

        await scene.PassAsync(TimeSpan.FromDays(2), TimeSpan.FromHours(2));
        var hosting = await scene.HostingAsync();
        Assert.Equal(HostingState.Live, hosting.State);
        Assert.Contains($"ends on {end.UtcDateTime:yyyy-MM-dd} and Cloudflare has not renewed it", hosting.Problem!, StringComparison.Ordinal);
        Assert.Contains("mta-sts.walk.example. IN CAA 0 issue \"letsencrypt.org\"", hosting.NextStep!, StringComparison.Ordinal);
        Assert.Equal(["caa-refused", "hostname-problem"], (await scene.OpenAlertsAsync()).Where(item => item.Words().Severity == AlertSeverity.Critical).Select(item => item.Kind).Order());

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
}
