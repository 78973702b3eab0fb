using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>Each fault on the way ends in the right state, with words that say what happened.</summary>
public sealed class CloudflareFaultTests
{
    [Theory]
    [InlineData(Fault.NoAnswer, "no answer within 9 s")]
    [InlineData(Fault.Cut, "no usable answer")]
    [InlineData(Fault.InternalError, "Internal server error (1500)")]
    [InlineData(Fault.BadGateway, "HTTP 502")]
    [InlineData(Fault.DoneThenMalformed, "form the API promises")]
    [InlineData(Fault.DoneThenOversized, "larger than 1024 KiB")]
    public async Task Ensure_LookUpFails_IsPendingAndSaysWhy(Fault fault, string words)
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Simulator.Faults.Add(fault, HttpMethod.Get);
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.StartsWith("Cloudflare gave no usable answer", pending.Reason, StringComparison.Ordinal);
        Assert.Contains(words, pending.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Simulator.Exchanges, exchange => exchange.Method == "POST");
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
    }

    [Theory]
    [InlineData(Fault.DoneWithoutAnswer)]
    [InlineData(Fault.DoneThenCut)]
    [InlineData(Fault.DoneThenMalformed)]
    [InlineData(Fault.DoneThenOversized)]
    public async Task Ensure_CreatedUnheard_IsFoundAndNotMadeTwice(Fault fault)
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        stage.Simulator.Faults.Add(fault, HttpMethod.Post);
        Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        await stage.OnlyHostnameAsync();
        await stage.BecomeLiveAsync();
        Assert.Single(stage.Simulator.Exchanges, exchange => exchange.Method == "POST");
    }

    [Fact]
    public async Task Ensure_CreatedAndAnsweredAsDuplicate_IsAdoptedAtOnce()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Simulator.Faults.Add(Fault.DoneThenDuplicate, HttpMethod.Post);
        Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Equal(["GET", "POST", "GET"], stage.Simulator.Exchanges.Select(exchange => exchange.Method));
        await stage.OnlyHostnameAsync();
    }

    [Fact]
    public async Task Ensure_AnswersAreSlow_AreAwaited()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Simulator.Faults.Add(Fault.Slow);
        stage.Simulator.Faults.Add(Fault.Slow);
        var call = stage.Provider.EnsureAsync(stage.Request, CloudflareStage.Cancelled);
        for (var i = 0; i < 2; i++)
        {
            await stage.Simulator.HeldAsync(CloudflareStage.Cancelled);
            stage.Clock.Advance(FaultQueue.SlowAnswer);
        }
        var pending = Assert.IsType<HostnameProgress.Pending>(await call);
        Assert.Contains("has not yet seen", pending.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_CallerGivesUp_EndsAtOnceAndBlamesNobody()
    {
        await using var stage = await CloudflareStage.StartAsync();
        using var given = new CancellationTokenSource();
        stage.Simulator.Faults.Add(Fault.NoAnswer);
        var call = stage.Provider.EnsureAsync(stage.Request, given.Token);
        await stage.Simulator.HeldAsync(CloudflareStage.Cancelled);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Ensure_AnotherSiloIsQuicker_AdoptsTheDuplicate()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await using var other = StageServices.Build(stage.Settings, stage.Clock, stage.Dns, stage.Log);
        var both = new[] { stage.Provider, Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<IHostnameProvider>(other) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => both[i % 2].EnsureAsync(stage.Request, CloudflareStage.Cancelled)));
        Assert.All(answers, answer => Assert.IsType<HostnameProgress.Pending>(answer));
        await stage.OnlyHostnameAsync();
    }

    [Fact]
    public async Task Ensure_NameOfAnotherZone_FailsWithCloudflaresWords()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.Simulator.TakeElsewhereAsync(stage.Request.PolicyHost, CloudflareStage.Cancelled);
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Equal("Cloudflare: Duplicate custom hostname found. (1406)", failed.Reason);
        Assert.Contains("another Cloudflare zone", failed.NextStep!, StringComparison.Ordinal);
        Assert.Single(stage.Simulator.Exchanges, exchange => exchange.Method == "POST");
    }

    [Fact]
    public async Task Ensure_QuotaReached_FailsWithTheOperatorsStep()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, HardCap = 0 });
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Contains("(1405)", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("quota", failed.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_TokenRefused_FailsWithThePermissionThatIsNeeded()
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Cloudflare:ApiToken", "another-token"));
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Contains("Invalid API token. (1000)", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("SSL and Certificates: Edit", failed.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_ReservedName_FailsWithCloudflaresWords()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target });
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.Provider.EnsureAsync(CloudflareStage.For("mta-sts.mail.test"), CloudflareStage.Cancelled));
        Assert.Contains("(1409)", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("reserved", failed.NextStep!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_RateLimited_WishesRetryAfterAndSendsNothingUntilThen()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Simulator.Faults.Add(Fault.RateLimited);
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Equal(FaultQueue.RetryAfter, pending.RetryAfter);
        var sent = stage.Simulator.Requests;
        stage.Clock.Advance(FaultQueue.RetryAfter - TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync()).RetryAfter);
        Assert.IsType<HostnameRemoval.Pending>(await stage.RemoveAsync());
        Assert.Equal(sent, stage.Simulator.Requests);
        stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await stage.EnsureAsync();
        Assert.True(stage.Simulator.Requests > sent);
    }

    [Fact]
    public async Task Ensure_OwnBudgetUsedUp_WaitsForTheNextWindow()
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Cloudflare:RequestsPerFiveMinutes", "3"));
        await stage.EnsureAsync();
        await stage.EnsureAsync();
        var pending = Assert.IsType<HostnameProgress.Pending>(await stage.EnsureAsync());
        Assert.Equal(TimeSpan.FromMinutes(5), pending.RetryAfter);
        Assert.Equal(3, stage.Simulator.Requests);
    }

    [Theory]
    [InlineData(Fault.DoneWithoutAnswer)]
    [InlineData(Fault.DoneThenCut)]
    [InlineData(Fault.DoneThenMalformed)]
    [InlineData(Fault.InternalError)]
    public async Task Remove_DeletionUnheardOrFailed_IsNamedAndThenRemoved(Fault fault)
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.EnsureAsync();
        stage.Simulator.Faults.Add(fault, HttpMethod.Delete);
        var failed = Assert.IsType<HostnameRemoval.Failed>(await stage.RemoveAsync());
        Assert.StartsWith("Cloudflare: ", failed.Reason, StringComparison.Ordinal);
        Assert.IsType<HostnameRemoval.Removed>(await stage.RemoveAsync());
        Assert.Empty(await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled));
    }

    [Fact]
    public async Task Ensure_RevivalFailsWhileTheCertificateServes_StaysLive()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        await stage.BecomeLiveAsync();
        stage.Clock.Advance(TimeSpan.FromDays(65));
        await stage.Simulator.SetStatusAsync(stage.Request.PolicyHost, null, "validation_timed_out", CloudflareStage.Cancelled);
        stage.Simulator.Faults.Add(Fault.InternalError, HttpMethod.Patch);
        Assert.IsType<HostnameProgress.Live>(await stage.EnsureAsync());
        Assert.IsType<HostnameProgress.Live>(await stage.EnsureAsync());
        Assert.Equal(2, stage.Simulator.Exchanges.Count(exchange => exchange.Method == "PATCH"));
    }

    [Fact]
    public async Task AnyCall_WhateverHappens_TheTokenIsInNoLogAndNoAnswer()
    {
        await using var stage = await CloudflareStage.StartAsync();
        stage.Publish(stage.Request);
        var told = new List<string>();
        foreach (var fault in Enum.GetValues<Fault>())
        {
            stage.Simulator.Faults.Add(fault);
            told.Add((await stage.EnsureAsync()).ToString());
            stage.Clock.Advance(TimeSpan.FromMinutes(6));
            told.Add((await stage.EnsureAsync()).ToString());
            stage.Simulator.Faults.Add(fault);
            told.Add((await stage.RemoveAsync()).ToString());
            stage.Clock.Advance(TimeSpan.FromMinutes(6));
        }
        await stage.CheckAtStartAsync();
        Assert.NotEmpty(stage.Log.Lines);
        Assert.DoesNotContain(told.Concat(stage.Log.Lines), line => line.Contains(CloudflareStage.Token, StringComparison.Ordinal) || line.Contains("Bearer", StringComparison.Ordinal));
    }
}
