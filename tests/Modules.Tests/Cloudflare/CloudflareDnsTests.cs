using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>The contract, kept with the simulator.</summary>
public sealed class CloudflareDnsContractTests : DnsProviderContract, IAsyncDisposable
{
    private readonly List<CloudflareDnsStage> stages = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
            await stage.DisposeAsync();
    }

    protected override async Task<DnsProviderScene> SetUpAsync()
    {
        var stage = await CloudflareDnsStage.StartAsync();
        stages.Add(stage);
        return new DnsProviderScene(stage.Provider, CloudflareDnsStage.Zone, (name, _) => stage.ValuesAsync(name, "TXT"));
    }
}

/// <summary>What Cloudflare's answers make of a change.</summary>
public sealed class CloudflareDnsTests
{
    private static CancellationToken Cancelled => CloudflareStage.Cancelled;

    [Fact]
    public async Task Replace_RightAlready_CostsOneRequest()
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled);
        var before = stage.Simulator.Requests;
        Assert.Equal(new DnsChange.Done(300), await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled));
        Assert.Equal(before + 1, stage.Simulator.Requests);
    }

    /// <summary>The record is changed in its place: there is no moment without one.</summary>
    [Fact]
    public async Task Replace_AnotherValue_IsOnePut()
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled);
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=2;"), Cancelled);
        var batch = stage.Simulator.Exchanges.Last(exchange => exchange.Method == "POST").Request;
        Assert.StartsWith("""{"puts":[{"id":""", batch, StringComparison.Ordinal);
        Assert.DoesNotContain("deletes", batch, StringComparison.Ordinal);
        Assert.Equal(["v=STSv1; id=2;"], await stage.ValuesAsync(CloudflareDnsStage.Name, "TXT"));
    }

    [Fact]
    public async Task Replace_TtlTooShort_TellsTheOneItHas()
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        Assert.Equal(new DnsChange.Done(60), await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;", ttl: 5), Cancelled));
    }

    [Fact]
    public async Task Replace_CnameInTheWay_IsReplacedInOneTransaction()
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("elsewhere.example") with { Type = DnsType.Cname }, Cancelled);
        Assert.IsType<DnsChange.Done>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled));
        Assert.Empty(await stage.ValuesAsync(CloudflareDnsStage.Name, "CNAME"));
        Assert.Equal(["v=STSv1; id=1;"], await stage.ValuesAsync(CloudflareDnsStage.Name, "TXT"));
    }

    /// <summary>An answer that is lost on its way back does not mean that nothing was done.</summary>
    [Theory]
    [InlineData(Fault.DoneThenCut)]
    [InlineData(Fault.DoneThenMalformed)]
    [InlineData(Fault.DoneThenOversized)]
    public async Task Replace_DoneAndTheAnswerLost_IsDone(Fault fault)
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        stage.Simulator.Faults.Add(fault, HttpMethod.Post);
        Assert.Equal(new DnsChange.Done(300), await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled));
    }

    [Theory]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.BadGateway)]
    [InlineData(Fault.Cut)]
    public async Task Replace_NotDone_IsTriedAgain(Fault fault)
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        stage.Simulator.Faults.Add(fault, HttpMethod.Post);
        Assert.IsType<DnsChange.Pending>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled));
        Assert.IsType<DnsChange.Done>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("v=STSv1; id=1;"), Cancelled));
    }

    [Fact]
    public async Task Replace_TooManyRequests_WaitsAsLongAsCloudflareSays()
    {
        await using var stage = await CloudflareDnsStage.StartAsync();
        stage.Simulator.Faults.Add(Fault.RateLimited);
        Assert.Equal(FaultQueue.RetryAfter, Assert.IsType<DnsChange.Pending>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("x"), Cancelled)).RetryAfter);
        var sent = stage.Simulator.Requests;
        Assert.IsType<DnsChange.Pending>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("x"), Cancelled));
        Assert.Equal(sent, stage.Simulator.Requests);
        stage.Clock.Advance(FaultQueue.RetryAfter);
        Assert.IsType<DnsChange.Done>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("x"), Cancelled));
    }

    [Fact]
    public async Task Replace_TokenRefused_NamesTheSettingAndNotTheToken()
    {
        await using var stage = await CloudflareDnsStage.StartAsync(("CloudflareDns:ApiToken", "another-token"));
        var failed = Assert.IsType<DnsChange.Failed>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("x"), Cancelled));
        Assert.Contains("CloudflareDns:ApiToken", failed.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain("another-token", failed.Reason + failed.NextStep + string.Join('\n', stage.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_SettingsMissing_AreNamed()
    {
        await using var stage = await CloudflareDnsStage.StartAsync(("CloudflareDns:ZoneId", ""));
        Assert.Contains("CloudflareDns:ZoneId is not set", Assert.IsType<DnsChange.Failed>(await stage.Provider.ReplaceAsync(CloudflareDnsStage.Set("x"), Cancelled)).Reason, StringComparison.Ordinal);
    }
}
