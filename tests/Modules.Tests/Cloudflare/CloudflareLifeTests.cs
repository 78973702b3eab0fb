using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>A hostname's life, from the first call to the removal, as Cloudflare lives it.</summary>
public sealed class CloudflareLifeTests
{
    [Fact]
    public async Task Ensure_CnamePublished_IsLiveWithinTwoMinutesUntilTheCertificateEnds()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        var begin = stage.Clock.GetUtcNow();
        var live = await stage.BecomeLiveAsync();
        var now = stage.Clock.GetUtcNow();
        Assert.InRange(now - begin, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2));
        Assert.InRange(live.CertificateExpiresAt!.Value, now.AddDays(89), now.AddDays(90));
        Assert.Equal("1.2", (await stage.OnlyHostnameAsync()).MinTlsVersion);
    }

    [Fact]
    public async Task Ensure_CertificatesInAList_KnowsTheirEndToo()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, ListsCertificates = true });
        stage.Publish(stage.Request);
        var live = await stage.BecomeLiveAsync();
        Assert.Equal((await stage.OnlyHostnameAsync()).ExpiresAt, live.CertificateExpiresAt);
    }

    [Fact]
    public async Task Ensure_MovedWhileTheDnsGivesNoAnswer_IsRevivedInsteadOfBlamed()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        await stage.Simulator.SetStatusAsync(stage.Request.PolicyHost, "moved", null, CloudflareStage.Cancelled);
        stage.Dns.Outage = "time-out";
        Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Equal("pending", (await stage.OnlyHostnameAsync()).Status);
    }

    [Fact]
    public async Task Ensure_NoCname_QuotesCloudflareAndNamesTheTarget()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromSeconds(30));
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Contains("custom hostname does not CNAME to this zone.", pending.Reason, StringComparison.Ordinal);
        Assert.Contains(stage.Request.CnameTarget, pending.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_CnameComesLate_IsNotLeftToTheFourHourBackOff()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromDays(3));
        Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        stage.Publish(stage.Request);
        var begin = stage.Clock.GetUtcNow();
        await stage.BecomeLiveAsync();
        Assert.True(stage.Clock.GetUtcNow() - begin < TimeSpan.FromMinutes(5), $"{stage.Clock.GetUtcNow() - begin}");
    }

    [Fact]
    public async Task Ensure_StuckForTwoDays_IsAskedAboutAndStartedOverSeldom()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        stage.Dns.Publish(stage.Request.PolicyHost, DnsType.Caa, "0 issue \"other.example\"");
        var end = stage.Clock.GetUtcNow().AddDays(2);
        while (stage.Clock.GetUtcNow() < end)
            stage.Clock.Advance(Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync()).RetryAfter);
        Assert.InRange(stage.Simulator.Exchanges.Count(exchange => exchange.Method == "PATCH"), 40, 60);
        Assert.InRange(stage.Simulator.Requests, 48, 48 * 16);
    }

    [Fact]
    public async Task Ensure_CnameTakenAway_FailsWithTheStepAndComesBackWithTheCname()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        stage.Unpublish(stage.Request);
        stage.Clock.Advance(TimeSpan.FromHours(12));
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Contains("moved", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(stage.Request.CnameTarget, failed.NextStep!, StringComparison.Ordinal);
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync(5);
        await stage.OnlyHostnameAsync();
    }

    [Fact]
    public async Task Ensure_MovedForMoreThanSevenDays_IsMadeAnew()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        stage.Unpublish(stage.Request);
        stage.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Empty(await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled));
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        await stage.OnlyHostnameAsync();
    }

    [Fact]
    public async Task Ensure_CertificateRenewed_StaysLiveWithTheNewEnd()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        var first = await stage.BecomeLiveAsync();
        for (var day = 0; day < 85; day++)
        {
            stage.Clock.Advance(TimeSpan.FromDays(1));
            Assert.IsType<HostnameProgress.Live>(await stage.EnsureAsync());
        }
        var renewed = Assert.IsType<HostnameProgress.Live>(await stage.EnsureAsync());
        Assert.True(renewed.CertificateExpiresAt > first.CertificateExpiresAt);
    }

    [Fact]
    public async Task Ensure_RenewalFails_IsToldFromFourteenDaysBeforeTheEnd()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        var live = await stage.BecomeLiveAsync();
        stage.Dns.Publish(stage.Request.PolicyHost, DnsType.Caa, "0 issue \"other.example\"");
        var told = new List<(DateTimeOffset At, HostnameProgress.Pending Progress)>();
        while (stage.Clock.GetUtcNow() < live.CertificateExpiresAt)
        {
            if (await stage.EnsureAsync() is HostnameProgress.Pending pending)
                told.Add((stage.Clock.GetUtcNow(), pending));
            stage.Clock.Advance(TimeSpan.FromHours(12));
        }
        Assert.InRange((live.CertificateExpiresAt - told[0].At)!.Value, TimeSpan.FromDays(13), TimeSpan.FromDays(14));
        Assert.InRange(told.Count, 26, 28);
        Assert.All(told, item => Assert.NotNull(item.Progress.NextStep));
        Assert.True(told.Count(item => item.Progress.NextStep!.Contains("CAA", StringComparison.Ordinal)) >= told.Count - 2);
        stage.Dns.Publish(stage.Request.PolicyHost, DnsType.Caa);
        await stage.BecomeLiveAsync();
    }

    [Fact]
    public async Task Ensure_CertificateOrderTimedOut_IsRevived()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.Simulator.IssueCertificatesAsync(false, CloudflareStage.Cancelled);
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal("issuance_timed_out", (await stage.OnlyHostnameAsync()).SslStatus);
        await stage.Simulator.IssueCertificatesAsync(true, CloudflareStage.Cancelled);
        await stage.BecomeLiveAsync();
        Assert.Equal(1, stage.Simulator.Exchanges.Count(exchange => exchange.Method == "POST"));
    }

    [Fact]
    public async Task Ensure_TimedOutOrderCannotBeRevived_IsDeletedAndMadeAnew()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, RefusesToRevive = true });
        stage.Publish(stage.Request);
        await stage.Simulator.IssueCertificatesAsync(false, CloudflareStage.Cancelled);
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromDays(2));
        await stage.Simulator.IssueCertificatesAsync(true, CloudflareStage.Cancelled);
        await stage.BecomeLiveAsync();
        await stage.OnlyHostnameAsync();
        Assert.Equal(2, stage.Simulator.Exchanges.Count(exchange => exchange.Method == "POST"));
    }

    [Fact]
    public async Task Ensure_CertificateStillServesWhileItsRenewalCannotBeRevived_IsNotDeleted()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, RefusesToRevive = true });
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        stage.Clock.Advance(TimeSpan.FromDays(80));
        await stage.Simulator.SetStatusAsync(stage.Request.PolicyHost, null, "validation_timed_out", CloudflareStage.Cancelled);
        for (var i = 0; i < 3; i++)
        {
            await stage.EnsureAsync();
            stage.Clock.Advance(TimeSpan.FromHours(1));
        }
        Assert.DoesNotContain(stage.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Fact]
    public async Task Ensure_Blocked_QuotesTheHoldAndGoesOnOnceItIsLifted()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        await stage.Simulator.BlockAsync(stage.Request.PolicyHost, "The hostname is associated with a held zone.", CloudflareStage.Cancelled);
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Contains("held zone", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("zone hold", failed.NextStep!, StringComparison.Ordinal);
        await stage.Simulator.LiftHoldAsync(stage.Request.PolicyHost, CloudflareStage.Cancelled);
        await stage.BecomeLiveAsync();
    }

    [Fact]
    public async Task Ensure_NoFallbackOrigin_SendsToTheOperator()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.Simulator.SetFallbackOriginAsync(null, CloudflareStage.Cancelled);
        stage.Publish(stage.Request);
        await stage.EnsureAsync();
        stage.Clock.Advance(TimeSpan.FromSeconds(30));
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Contains("fallback origin", pending.Reason, StringComparison.Ordinal);
        Assert.Contains("operator", pending.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_NameOver64Characters_AsksForBranding()
    {
        await using var stage = await CloudflareStage.StartAsync();
        var request = CloudflareStage.For($"mta-sts.{new string('a', 50)}.example.com");
        Assert.Equal(70, request.PolicyHost.Length);
        Assert.IsType<HostnameProgress.Pending>(await stage.Provider.EnsureAsync(request, CloudflareStage.Cancelled));
        Assert.True((await stage.OnlyHostnameAsync()).Branding);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData(null)]
    public async Task Ensure_MadeBySomebodyElseInTheZone_IsAdoptedAndSetRight(string? minTlsVersion)
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.Simulator.AddAsync(stage.Request.PolicyHost, minTlsVersion, CloudflareStage.Cancelled);
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        Assert.Equal("1.2", (await stage.OnlyHostnameAsync()).MinTlsVersion);
    }

    [Fact]
    public async Task Ensure_StatusOfTheFuture_IsShownAsItIs()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.EnsureAsync();
        await stage.Simulator.SetStatusAsync(stage.Request.PolicyHost, "pending_quantum", null, CloudflareStage.Cancelled);
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Contains("pending_quantum", pending.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Remove_BothAnswerForms_IsRemoved(bool enveloped)
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, EnvelopedDelete = enveloped });
        await stage.EnsureAsync();
        Assert.IsType<HostnameRemoval.Removed>(await stage.RemoveAsync());
        Assert.Empty(await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled));
    }

    [Fact]
    public async Task Remove_DeletionTakesTime_IsRemovedOnlyWhenItIsGoneAndCanBeMadeAgain()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, DeletionTakes = TimeSpan.FromSeconds(25) });
        await stage.EnsureAsync();
        Assert.IsType<HostnameRemoval.Pending>(await stage.RemoveAsync());
        var again = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Contains("deleting", again.Reason, StringComparison.Ordinal);
        stage.Clock.Advance(TimeSpan.FromSeconds(26));
        Assert.IsType<HostnameRemoval.Removed>(await stage.RemoveAsync());
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        Assert.Single(stage.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Fact]
    public async Task Remove_FilterMatchesParts_LeavesTheOtherNamesAlone()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, FilterMatchesParts = true, KnowsExactFilter = false });
        await stage.Simulator.AddAsync(stage.Request.PolicyHost + ".au", "1.2", CloudflareStage.Cancelled);
        await stage.EnsureAsync();
        Assert.IsType<HostnameRemoval.Removed>(await stage.RemoveAsync());
        Assert.Equal(stage.Request.PolicyHost + ".au", (await stage.OnlyHostnameAsync()).Hostname);
    }

    [Fact]
    public async Task Remove_SearchFillsTooManyPages_IsNotTakenForGone()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, FilterMatchesParts = true, KnowsExactFilter = false });
        for (var i = 0; i < 500; i++)
            await stage.Simulator.AddAsync($"{stage.Request.PolicyHost}.n{i}", null, CloudflareStage.Cancelled);
        await stage.Simulator.AddAsync(stage.Request.PolicyHost, "1.2", CloudflareStage.Cancelled);
        var failed = Assert.IsType<HostnameRemoval.Failed>(await stage.RemoveAsync());
        Assert.Contains("pages", failed.Reason, StringComparison.Ordinal);
    }
}
