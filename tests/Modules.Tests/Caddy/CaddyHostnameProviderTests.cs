using MtaSts.Modules.Caddy;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Caddy;

public sealed class CaddyHostnameProviderTests : IDisposable
{
    private readonly CaddyStage stage = new();

    public void Dispose() => stage.Dispose();

    [Fact]
    public async Task Ensure_CertificateShown_IsLiveUntilItsEnd()
    {
        stage.PublishCname();
        stage.Show(stage.Authority);
        Assert.Equal(stage.Shown!.NotAfter, Assert.IsType<HostnameProgress.Live>(await EnsureAsync()).CertificateExpiresAt);
    }

    [Fact]
    public async Task Ensure_AddressesInTheCnamesPlace_IsLive()
    {
        stage.Show(stage.Authority); // The policy host has the target's address, and no CNAME.
        Assert.IsType<HostnameProgress.Live>(await EnsureAsync());
    }

    [Fact]
    public async Task Ensure_NameLeadsElsewhere_NothingIsOrdered()
    {
        stage.Dns.Publish(CaddyStage.PolicyHost, DnsType.A, "198.51.100.7");
        var pending = Assert.IsType<HostnameProgress.Pending>(await EnsureAsync());
        Assert.Contains(stage.Request.CnameTarget, pending.NextStep!, StringComparison.Ordinal);
        Assert.Equal(0, stage.Handshakes);
    }

    [Fact]
    public async Task Ensure_DnsOutage_SaysNothingAboutTheName()
    {
        stage.Dns.Outage = "time-out";
        var pending = Assert.IsType<HostnameProgress.Pending>(await EnsureAsync());
        Assert.Contains("time-out", pending.Reason, StringComparison.Ordinal);
        Assert.Null(pending.NextStep);
    }

    [Theory, InlineData(HostedState.NotHosted), InlineData(HostedState.CannotTell)]
    public async Task Ensure_NotServedYet_WaitsWithoutAnOrder(HostedState state)
    {
        stage.PublishCname();
        stage.Hosted.States[CaddyStage.PolicyHost] = state;
        Assert.IsType<HostnameProgress.Pending>(await EnsureAsync());
        Assert.Equal(0, stage.Handshakes);
    }

    [Fact]
    public async Task Ensure_CaddyDown_FailsAndSaysWhatToStart()
    {
        stage.PublishCname();
        stage.GoDown();
        var failed = Assert.IsType<HostnameProgress.Failed>(await EnsureAsync());
        Assert.Contains($"Caddy does not answer at {stage.Options.Address} (ConnectionRefused)", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("start Caddy", failed.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_HandshakeBrokenOff_NamesPortsAndLogAndWaitsAsAuthoritiesDemand()
    {
        stage.PublishCname();
        var pending = Assert.IsType<HostnameProgress.Pending>(await EnsureAsync());
        Assert.Contains("could not get one", pending.Reason, StringComparison.Ordinal);
        Assert.Contains("Ports 80 and 443", pending.NextStep!, StringComparison.Ordinal);
        Assert.InRange(pending.RetryAfter, TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Ensure_TargetWithoutAddress_TellsTheOperator()
    {
        stage.PublishCname();
        stage.Dns.Publish(CaddyStage.PolicyHost, DnsType.A);
        var failed = Assert.IsType<HostnameProgress.Failed>(await EnsureAsync());
        Assert.Contains("has no address", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("mta-sts.service.net", failed.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public void CaaIdentifiers_AreThoseOfTheAuthoritiesThatCaddyOrdersFrom()
    {
        Assert.Equal(["letsencrypt.org", "sectigo.com"], new CaddyOptions().EffectiveCaaNames);
        Assert.Empty(new CaddyOptions { AcmeDirectory = "https://acme.test/dir" }.EffectiveCaaNames);
        Assert.Equal(["acme.test"], new CaddyOptions { AcmeDirectory = "https://acme.test/dir", CaaNames = ["acme.test"] }.EffectiveCaaNames);
    }

    [Fact]
    public async Task Ensure_OtherName_FailsAndSaysSo()
    {
        stage.PublishCname();
        stage.Show(stage.Authority, "www.example.com");
        Assert.Contains("another name", Assert.IsType<HostnameProgress.Failed>(await EnsureAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_StrangeAuthority_FailsAndNamesTheSetting()
    {
        stage.PublishCname();
        using var strange = new TestAuthority();
        stage.Show(strange);
        var failed = Assert.IsType<HostnameProgress.Failed>(await EnsureAsync());
        Assert.Contains("not trusted", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("Caddy:TrustedRootsPath", failed.NextStep!, StringComparison.Ordinal);

        // The authority was replaced by another: its file is loaded without a restart.
        stage.Trust(strange);
        await Poll.Until(
            async () =>
            {
                stage.Clock.Advance(TimeSpan.FromSeconds(20));
                return await EnsureAsync() is HostnameProgress.Live;
            },
            TimeSpan.FromSeconds(30),
            "the new authority is trusted");
    }

    [Theory] // The test's authority issues for a week, of which a sixth is 28 hours.
    [InlineData(5.5, null)]
    [InlineData(6, "has not renewed it")]
    [InlineData(8, "that was valid from")]
    public async Task Ensure_CertificateGrowsOld_FailsWhenRenewalIsLate(double days, string? problem)
    {
        stage.PublishCname();
        stage.Show(stage.Authority);
        stage.Clock.Advance(TimeSpan.FromDays(days));
        var progress = await EnsureAsync();
        if (problem is null)
            Assert.IsType<HostnameProgress.Live>(progress);
        else
            Assert.Contains(problem, Assert.IsType<HostnameProgress.Failed>(progress).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_OrderTakesLong_IsPendingAndAskedAgainSoon()
    {
        stage.PublishCname();
        stage.Holds = true;
        var ensuring = EnsureAsync();
        await stage.HandshakeBegun.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        while (!ensuring.IsCompleted)
        {
            stage.Clock.Advance(TimeSpan.FromSeconds(1)); // From the first handshake byte on: its limit may begin a moment later.
            await Task.Yield();
        }
        var pending = Assert.IsType<HostnameProgress.Pending>(await ensuring);
        Assert.Contains("is getting a certificate", pending.Reason, StringComparison.Ordinal);
        Assert.InRange(pending.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Remove_Always_IsRemovedWithoutAskingCaddy()
    {
        stage.GoDown();
        Assert.IsType<HostnameRemoval.Removed>(await stage.Provider.RemoveAsync(stage.Request, TestContext.Current.CancellationToken));
    }

    [Theory, InlineData(502), InlineData(504)]
    public async Task Ensure_GatewayUnreachable_FailsAndNamesTheGateway(int status)
    {
        stage.PublishCname();
        stage.Show(stage.Authority);
        stage.Status = status;
        var failed = Assert.IsType<HostnameProgress.Failed>(await EnsureAsync());
        Assert.Contains("does not reach the gateway", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(stage.Options.Upstream, failed.NextStep!, StringComparison.Ordinal);
    }

    private Task<HostnameProgress> EnsureAsync() => stage.Provider.EnsureAsync(stage.Request, TestContext.Current.CancellationToken);
}
