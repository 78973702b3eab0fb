using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>What many pending hostnames cost in requests.</summary>
public sealed class CloudflareListingTests
{
    private const int Many = 500;

    private static SimulatorOptions Roomy => new()
    {
        Token = CloudflareStage.Token,
        CnameTarget = CloudflareStage.Target,
        AllowReservedNames = true,
        CertificatesPerMinute = int.MaxValue,
        RequestsPerFiveMinutes = int.MaxValue,
    };

    [Fact]
    public async Task Ensure_500Pending_ARoundCostsTenPagesAndFewLoneLookUps()
    {
        await using var stage = await CloudflareStage.StartAsync(Roomy);
        var requests = Requests();
        foreach (var request in requests)
            await stage.Simulator.AddAsync(request.PolicyHost, "1.2", CloudflareStage.Cancelled);
        var answers = await RoundAsync(stage, requests);
        Assert.All(answers, answer => Assert.IsType<HostnameProgress.Pending>(answer));
        Assert.InRange(stage.Simulator.Requests, Many / 50, HostnameDirectory.LoneLookups + (Many / 50));
    }

    [Fact]
    public async Task Ensure_500WhoseCertificatesArePending_ARoundCostsOneFilterMore()
    {
        await using var stage = await CloudflareStage.StartAsync(Roomy);
        var requests = Requests();
        foreach (var request in requests)
        {
            stage.Publish(request);
            await stage.Simulator.AddAsync(request.PolicyHost, "1.2", CloudflareStage.Cancelled);
        }
        await stage.Simulator.SetFallbackOriginAsync(null, CloudflareStage.Cancelled);
        stage.Clock.Advance(TimeSpan.FromSeconds(20));
        var answers = await RoundAsync(stage, requests);
        Assert.All(answers, answer => Assert.Contains("fallback origin", Assert.IsType<HostnameProgress.Pending>(answer).Reason, StringComparison.Ordinal));
        Assert.InRange(stage.Simulator.Requests, Many / 50, HostnameDirectory.LoneLookups + (Many / 50) + 1);
    }

    [Fact]
    public async Task Ensure_OnlyAFew_AreAskedForByName()
    {
        await using var stage = await CloudflareStage.StartAsync(Roomy);
        var few = Requests().Take(HostnameDirectory.LoneLookups).ToArray();
        foreach (var request in few)
            await stage.Simulator.AddAsync(request.PolicyHost, "1.2", CloudflareStage.Cancelled);
        await RoundAsync(stage, few);
        Assert.Equal(few.Length, stage.Simulator.Requests);
        Assert.All(stage.Simulator.Exchanges, exchange => Assert.Contains("hostname.exact=", exchange.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ensure_ListingFails_AllAreToldAndNobodyAsksAlone()
    {
        await using var stage = await CloudflareStage.StartAsync(Roomy);
        var requests = Requests();
        await RoundAsync(stage, requests[..HostnameDirectory.LoneLookups]);
        stage.Simulator.Faults.Add(Fault.InternalError, HttpMethod.Get);
        var before = stage.Simulator.Requests;
        var answers = await RoundAsync(stage, requests[HostnameDirectory.LoneLookups..]);
        Assert.All(answers, answer => Assert.Contains("(1500)", Assert.IsType<HostnameProgress.Pending>(answer).Reason, StringComparison.Ordinal));
        Assert.Equal(1, stage.Simulator.Requests - before);
    }

    [Fact]
    public async Task Ensure_ListingOutlived_IsReadAnew()
    {
        await using var stage = await CloudflareStage.StartAsync(Roomy);
        var requests = Requests()[..20];
        foreach (var request in requests)
            await stage.Simulator.AddAsync(request.PolicyHost, "1.2", CloudflareStage.Cancelled);
        await RoundAsync(stage, requests);
        var first = stage.Simulator.Requests;
        await RoundAsync(stage, requests);
        Assert.Equal(first, stage.Simulator.Requests);
        stage.Clock.Advance(TimeSpan.FromSeconds(10));
        await RoundAsync(stage, requests);
        Assert.Equal(2 * first, stage.Simulator.Requests);
    }

    private static HostnameRequest[] Requests() => [.. Enumerable.Range(0, Many).Select(i => CloudflareStage.For($"mta-sts.d{i}.example.com"))];

    private static Task<HostnameProgress[]> RoundAsync(CloudflareStage stage, HostnameRequest[] requests) =>
        Task.WhenAll(requests.Select(request => stage.Provider.EnsureAsync(request, CloudflareStage.Cancelled)));
}
