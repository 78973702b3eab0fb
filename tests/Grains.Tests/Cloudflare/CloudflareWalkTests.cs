using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>The whole life of hosting at Cloudflare: what the owner sees, what a sender gets, and what stands at Cloudflare.</summary>
public sealed class CloudflareWalkTests
{
    private const string Name = CloudflareScene.Name;

    [Fact]
    public async Task Walk_ClaimToOff_OwnerSenderAndCloudflareAgreeAtEachStep()
    {
        await using var scene = await CloudflareScene.StartAsync();
        scene.PublishMx();
        var workspace = scene.Cluster.Grains.Workspace(CloudflareScene.Workspace);
        await workspace.ClaimDomain(Name, "owner");
        await scene.SettleAsync();
        Assert.Equal(HostingState.Off, (await scene.HostingAsync()).State);

        // Wanted, and nothing published yet.
        Assert.True((await workspace.EnableHosting(Name, "owner")).IsDone);
        await scene.SettleAsync();
        var target = (await scene.ViewAsync()).CnameTarget;
        Assert.EndsWith("." + CloudflareScene.Target, target, StringComparison.Ordinal);
        var waiting = await scene.HostingAsync();
        Assert.Equal((HostingState.AwaitingCname, "The CNAME has not been seen yet.", $"Publish the CNAME to {target}."), (waiting.State, waiting.Problem, waiting.NextStep));
        await scene.PassAsync(TimeSpan.FromMinutes(10));
        Assert.DoesNotContain(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");

        // The CNAME is seen: the hostname is ordered, the policy is served at once.
        await scene.PublishCnameAsync();
        await scene.CheckAsync();
        var making = await scene.HostingAsync();
        Assert.Equal((HostingState.Provisioning, "Cloudflare"), (making.State, making.Provider));
        Assert.Contains("Cloudflare has not yet seen mta-sts.walk.example point to this service", making.Problem!, StringComparison.Ordinal);
        Assert.Contains(target, making.NextStep!, StringComparison.Ordinal);
        Assert.Equal(("pending", "initializing"), ((await scene.HostnameAsync())!.Status, (await scene.HostnameAsync())!.SslStatus));
        Assert.Contains("mode: testing\r\n", await scene.ServedAsync(), StringComparison.Ordinal);

        // Seen by Cloudflare, not certified yet: something else is waited for, and there is nothing for the owner to do.
        await scene.UntilAsync(hosting => hosting.Problem?.Contains("Cloudflare has not yet seen", StringComparison.Ordinal) != true, "seen by Cloudflare");
        making = await scene.HostingAsync();
        Assert.Equal(HostingState.Provisioning, making.State);
        Assert.Contains("certificate", making.Problem!, StringComparison.OrdinalIgnoreCase);
        Assert.Null(making.NextStep);

        var began = scene.Now;
        await scene.UntilAsync(HostingState.Live);
        Assert.True(scene.Now - began < TimeSpan.FromMinutes(3), $"{scene.Now - began}");
        var live = await scene.HostingAsync();
        Assert.Equal((null, null), (live.Problem, live.NextStep));
        Assert.InRange(live.CertificateExpiresAt!.Value - scene.Now, TimeSpan.FromDays(89), TimeSpan.FromDays(90));
        Assert.Equal(("active", "active", "1.2"), ((await scene.HostnameAsync())!.Status, (await scene.HostnameAsync())!.SslStatus, (await scene.HostnameAsync())!.MinTlsVersion));
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await scene.PublishIdAsync();

        // Testing for two weeks, then enforced, with a promise of thirty days.
        await scene.PassAsync(TimeSpan.FromDays(14), TimeSpan.FromHours(6));
        Assert.Empty(await scene.OpenAlertsAsync());
        await scene.PutAsync(PolicyMode.Enforce, 30 * 86_400);
        Assert.Contains("mode: enforce\r\n", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await scene.PublishIdAsync();

        // Shortened two days before the owner leaves: the longer promise still counts.
        await scene.PassAsync(TimeSpan.FromDays(10), TimeSpan.FromHours(6));
        var shortenedAt = scene.Now;
        await scene.PutAsync(PolicyMode.Enforce, 7 * 86_400);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await scene.PublishIdAsync();
        await scene.PassAsync(TimeSpan.FromDays(2), TimeSpan.FromHours(6));
        Assert.True((await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner")).IsDone);
        var retiring = await scene.HostingAsync();
        var end = retiring.SafeToRemoveAt!.Value;
        Assert.Equal(HostingState.Retiring, retiring.State);
        Assert.Equal(shortenedAt + TimeSpan.FromSeconds(15) + TimeSpan.FromDays(30) + TimeSpan.FromSeconds(300), end); // 300 s: the TTL of the record in this DNS.
        Assert.Contains("mode: none\r\n", await scene.ServedAsync(), StringComparison.Ordinal);

        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await scene.PublishIdAsync();
        await scene.PassAsync(end - scene.Now - TimeSpan.FromSeconds(1), TimeSpan.FromHours(6));
        Assert.Equal(HostingState.Retiring, (await scene.HostingAsync()).State);
        Assert.NotNull(await scene.HostnameAsync());
        Assert.DoesNotContain(scene.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
        Assert.Contains("mode: none\r\n", await scene.ServedAsync(), StringComparison.Ordinal);

        await scene.PassAsync(TimeSpan.FromSeconds(1));
        await scene.UntilAsync(HostingState.Off);
        Assert.True(scene.Now - end < TimeSpan.FromMinutes(1));
        Assert.Null(await scene.HostnameAsync());
        Assert.Null(await scene.ServedAsync());
        var off = await scene.HostingAsync();
        Assert.Equal((null, null, null), (off.Problem, off.NextStep, off.CertificateExpiresAt));
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Fact]
    public async Task Walk_SwitchedOnAgainWhileRetiring_KeepsTheHostnameItHas()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.PassAsync(TimeSpan.FromHours(20), TimeSpan.FromHours(2));
        Assert.True((await scene.Cluster.Grains.Workspace(CloudflareScene.Workspace).EnableHosting(Name, "owner")).IsDone);
        Assert.Equal(HostingState.Live, (await scene.HostingAsync()).State);
        await scene.PassAsync(TimeSpan.FromDays(3), TimeSpan.FromHours(6));
        Assert.Contains("mode: testing\r\n", await scene.ServedAsync(), StringComparison.Ordinal);
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
        Assert.DoesNotContain(scene.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Fact]
    public async Task Walk_SwitchedOffWhileBeingMade_IsServedNoneAndDeletedAfterTheClock()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.BeginAsync();
        Assert.Equal(HostingState.Provisioning, (await scene.HostingAsync()).State);
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        var end = (await scene.HostingAsync()).SafeToRemoveAt!.Value;
        await scene.PassAsync(end - scene.Now - TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Assert.NotNull(await scene.HostnameAsync());
        await scene.PassAsync(TimeSpan.FromSeconds(1));
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    [Fact]
    public async Task Walk_CertificateRenewedEachTime_StaysLiveForAYear()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        var ends = new HashSet<DateTimeOffset>();
        for (var month = 0; month < 12; month++)
        {
            await scene.PassAsync(TimeSpan.FromDays(30), TimeSpan.FromDays(1));
            var hosting = await scene.HostingAsync();
            Assert.Equal((HostingState.Live, null), (hosting.State, hosting.Problem));
            Assert.True(hosting.CertificateExpiresAt > scene.Now.AddDays(25), $"{hosting.CertificateExpiresAt} at {scene.Now}");
            ends.Add(hosting.CertificateExpiresAt!.Value);
        }
        Assert.True(ends.Count > 3);
        Assert.DoesNotContain(await scene.OpenAlertsAsync(), alert => alert.Kind.StartsWith("hostname", StringComparison.Ordinal));
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "POST");
    }
}
