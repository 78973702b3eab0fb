using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>A flood of made-up names costs what the lane is wide, and leaves those that are served alone.</summary>
public sealed class PolicyCacheFloodTests
{
    [Theory]
    [InlineData("")]
    [InlineData("mta-sts.")]
    [InlineData("example.com")]
    [InlineData("mta-sts.com")]
    [InlineData("192.0.2.1")]
    [InlineData("mta-sts.exa_mple.com")]
    public async Task Find_NoPolicyHost_AsksNobody(string host)
    {
        using var scene = new CacheScene();

        Assert.Equal((null, true, 0), await scene.FindAsync(host));

        Assert.Equal((0, 0), (scene.Source.Asked, scene.Cache.Count));
    }

    [Fact]
    public async Task Find_AnUnknownHostAgain_AsksOncePerLease()
    {
        using var scene = new CacheScene();

        for (var i = 0; i < 50; i++)
            Assert.Equal((null, true, 15), await scene.FindAsync());
        Assert.Equal(1, scene.Source.Asked);
        scene.Pass(15);
        await scene.FindAsync();

        Assert.Equal(2, scene.Source.Asked);
    }

    [Fact]
    public async Task Find_MoreAtOnceThanTheLaneHolds_RefusesTheRestAtOnce()
    {
        using var scene = new CacheScene(static options => (options.LaneWidth, options.LaneQueue) = (3, 5));
        scene.Source.IsHolding = true;

        var finds = Enumerable.Range(0, 100).Select(i => scene.FindAsync($"mta-sts.made-up-{i}.example")).ToList();
        var refused = finds.Where(static find => find.IsCompleted).ToList();

        Assert.Equal((92, 3), (refused.Count, scene.Source.Asked));
        Assert.All(refused, static find => Assert.Equal((null, false, 0), find.Result));
        scene.Source.IsHolding = false;
        scene.Source.Release();
        Assert.All((await Task.WhenAll(finds)).Except(refused.Select(static find => find.Result)), static found => Assert.Equal((null, true), (found.Number, found.IsKnown)));
        Assert.Equal((8, 3), (scene.Source.Asked, scene.Source.MostAtOnce));

        // The lane is free again.
        Assert.Equal((null, true, 15), await scene.FindAsync("mta-sts.made-up-99.example"));
    }

    [Fact]
    public async Task Find_WaitingForTheLane_EndsWithThePatience()
    {
        using var scene = new CacheScene(static options => (options.LaneWidth, options.LaneQueue) = (1, 5));
        scene.Source.IsHolding = true;
        var first = scene.FindAsync("mta-sts.a.example");
        var second = scene.FindAsync("mta-sts.b.example");

        scene.Clock.Advance(scene.Options.Patience);

        Assert.Equal((null, false, 0), await first);
        Assert.Equal((null, false, 0), await second);
    }

    /// <summary>The fastest sender gives up after two seconds: waiting for the lane and for the answer together must be less.</summary>
    [Fact]
    public async Task Find_WaitingForTheLaneAndThenForTheAnswer_HasOnePatience()
    {
        using var scene = new CacheScene(static options => (options.LaneWidth, options.LaneQueue) = (1, 5));
        scene.Source.IsHolding = true;
        var first = scene.FindAsync("mta-sts.a.example");
        scene.Pass(1);
        var second = scene.FindAsync("mta-sts.b.example");
        scene.Pass(0.5);
        Assert.Equal((null, false, 0), await first);
        await Poll.Until(() => scene.Source.Asked == 2, TimeSpan.FromMinutes(2), "the second question is asked");

        scene.Pass(1);

        Assert.Equal((null, false, 0), await second);
    }

    [Fact]
    public async Task Find_MoreUnknownHostsThanAreRemembered_KeepsTheBound()
    {
        using var scene = await CacheScene.WithPolicyAsync(static options => options.MaxUnknownHosts = 10);

        for (var i = 0; i < 50; i++)
            Assert.Equal((null, true), ((await scene.FindAsync($"mta-sts.made-up-{i}.example")) is var found ? (found.Number, found.IsKnown) : default));
        Assert.Equal(11, scene.Cache.Count);

        // Those that are served find their place, and the bound is given back when leases end.
        scene.Source.Serve("late.example", HandDrivenSource.Policy(7));
        Assert.Equal((7, true, 15), await scene.FindAsync("mta-sts.late.example"));
        scene.Pass(15);
        scene.Cache.Sweep();
        Assert.Equal(2, scene.Cache.Count);
        for (var i = 0; i < 50; i++)
            await scene.FindAsync($"mta-sts.made-up-{i}.example");
        Assert.Equal(12, scene.Cache.Count);
    }

    [Fact]
    public async Task Find_AnUnknownHostThatComesToBeServed_GivesItsPlaceBack()
    {
        using var scene = new CacheScene(static options => options.MaxUnknownHosts = 1);
        for (var round = 0; round < 5; round++)
        {
            var host = $"host-{round}.example";
            Assert.Equal((null, true, 15), await scene.FindAsync("mta-sts." + host));
            scene.Source.Serve(host, HandDrivenSource.Policy(1));
            scene.Pass(15);
            Assert.Equal((1, true, 15), await scene.FindAsync("mta-sts." + host));
        }
    }

    [Fact]
    public async Task Find_AServedHostDuringAFlood_IsAnsweredFromItsCopy()
    {
        using var scene = await CacheScene.WithPolicyAsync(static options => (options.LaneWidth, options.LaneQueue) = (1, 1));
        scene.Source.IsHolding = true;
        var flood = Enumerable.Range(0, 50).Select(i => scene.FindAsync($"mta-sts.made-up-{i}.example")).ToList();

        Assert.Equal((1, true, 15), await scene.FindAsync());

        scene.Source.IsHolding = false;
        scene.Source.Release();
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task Find_ManySendersForOneColdHost_AskNoMoreThanTheLaneIsWide()
    {
        using var scene = new CacheScene();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(1));
        scene.Source.IsHolding = true;

        var finds = Enumerable.Range(0, 500).Select(_ => scene.FindAsync()).ToList();
        scene.Source.IsHolding = false;
        scene.Source.Release();

        Assert.All(await Task.WhenAll(finds), static found => Assert.Equal((1, true, 15), found));
        Assert.InRange(scene.Source.Asked, 1, scene.Options.LaneWidth);
    }

    /// <summary>After a restart nothing is in the cache, and strangers may be first.</summary>
    [Fact]
    public async Task Find_ColdHostedNamesBehindAFullLane_AreAnsweredAtOnce()
    {
        using var scene = new CacheScene();
        var hosted = Enumerable.Range(0, 30).Select(static i => $"hosted-{i}.example").ToList();
        foreach (var domain in hosted)
        {
            scene.Source.Serve(domain, HandDrivenSource.Policy(1));
            scene.Source.Hosted.Add(domain);
        }
        scene.Source.IsHolding = true; // Strangers get no answer at all.
        var flood = Enumerable.Range(0, 1_500).Select(i => scene.FindAsync($"mta-sts.made-up-{i}.example")).ToList();
        scene.Source.IsHolding = false;

        foreach (var domain in hosted)
            Assert.Equal((1, true, 15), await scene.FindAsync("mta-sts." + domain));

        Assert.Equal(scene.Options.LaneWidth + hosted.Count, scene.Source.Asked);
        scene.Source.Release();
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task Find_MoreColdHostedNamesAtOnceThanTheirLaneIsWide_AllAreAnswered()
    {
        using var scene = new CacheScene(static options => options.HostedLaneWidth = 3);
        for (var i = 0; i < 100; i++)
        {
            scene.Source.Serve($"hosted-{i}.example", HandDrivenSource.Policy(1));
            scene.Source.Hosted.Add($"hosted-{i}.example");
        }
        scene.Source.IsHolding = true;
        var finds = Enumerable.Range(0, 100).Select(i => scene.FindAsync($"mta-sts.hosted-{i}.example")).ToList();
        Assert.Equal(3, scene.Source.Asked);
        scene.Source.IsHolding = false;
        scene.Source.Release();

        Assert.All(await Task.WhenAll(finds), static found => Assert.Equal((1, true), (found.Number, found.IsKnown)));
        Assert.Equal(3, scene.Source.MostAtOnce);
    }

    [Fact]
    public async Task Warm_HostedNames_AreAnsweredWithoutALookUp()
    {
        using var scene = new CacheScene(static options => options.HostedLaneWidth = 8);
        for (var i = 0; i < 100; i++)
        {
            scene.Source.Serve($"hosted-{i}.example", HandDrivenSource.Policy(1));
            scene.Source.Hosted.Add($"hosted-{i}.example");
        }
        scene.Source.Serve("not-known.example", HandDrivenSource.Policy(1));

        await scene.Cache.WarmAsync(TestContext.Current.CancellationToken);

        Assert.Equal((100, 100), (scene.Source.Asked, scene.Cache.Count));
        scene.Source.Failure = new InvalidOperationException("The store is away.");
        for (var i = 0; i < 100; i++)
            Assert.Equal((1, true, 15), await scene.FindAsync($"mta-sts.hosted-{i}.example"));
        Assert.Equal(100, scene.Source.Asked);
    }

    [Fact]
    public async Task Warm_StoreAway_EndsAndLeavesNothing()
    {
        using var scene = new CacheScene();
        scene.Source.Hosted.UnionWith(["a.example", "b.example"]);
        scene.Source.Failure = new InvalidOperationException("The store is away.");

        await scene.Cache.WarmAsync(TestContext.Current.CancellationToken);

        Assert.Equal((2, 0), (scene.Source.Asked, scene.Cache.Count));
    }
}
