using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>
/// What was served beyond its lease is told to the domain's grain when it was no longer the current version: the retirement clock counts from the last
/// moment that any gateway served a version (RFC 8461 §8.3).
/// </summary>
public sealed class PolicyCacheCutOffTests
{
    private static readonly InvalidOperationException Outage = new("The storage does not answer.");

    [Fact]
    public async Task ServedWhileCutOff_AnotherVersionMeanwhile_IsToldWithTheLastMoment()
    {
        using var scene = await CutOffAsync();
        scene.Pass(30);
        await scene.FindAsync();
        var last = scene.Clock.GetUtcNow();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Source.Failure = null;
        scene.Pass(5);

        Assert.Equal((2, true, 15), await scene.FindAsync());

        Assert.Equal([("example.com", 1, last)], scene.Source.Told);
    }

    [Fact]
    public async Task ServedWhileCutOff_NothingIsServedAnyMore_IsTold()
    {
        using var scene = await CutOffAsync();
        scene.Source.Serve("example.com", null);
        scene.Source.Failure = null;
        scene.Pass(5);

        Assert.Equal((null, true, 15), await scene.FindAsync());

        Assert.Equal(1, Assert.Single(scene.Source.Told).Number);
    }

    [Fact]
    public async Task ServedWhileCutOff_StillTheSameVersion_IsNotTold()
    {
        using var scene = await CutOffAsync();
        scene.Source.Failure = null;
        scene.Pass(5);
        Assert.Equal((1, true, 15), await scene.FindAsync());
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Pass(15);

        Assert.Equal((2, true, 15), await scene.FindAsync());

        Assert.Empty(scene.Source.Told);
    }

    [Fact]
    public async Task ServedWhileCutOff_TellingFails_KeepsTheOldAndTellsAgain()
    {
        using var scene = await CutOffAsync();
        var last = scene.Clock.GetUtcNow();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Source.Failure = null;
        scene.Source.Telling = Task.FromException(Outage);
        scene.Pass(5);

        Assert.Equal((1, true, 0), await scene.FindAsync());
        var later = scene.Clock.GetUtcNow();
        scene.Source.Telling = null;
        scene.Pass(5);

        Assert.Equal((2, true, 15), await scene.FindAsync());
        Assert.Equal([("example.com", 1, last), ("example.com", 1, later)], scene.Source.Told);
    }

    /// <summary>Telling takes as long as it takes, and senders are answered meanwhile: their moments count too.</summary>
    [Fact]
    public async Task ServedWhileCutOff_ServedAgainWhileItIsTold_IsToldToTheVeryLastMoment()
    {
        using var scene = await CutOffAsync();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Source.Failure = null;
        var told = new TaskCompletionSource();
        scene.Source.Telling = told.Task;
        scene.Pass(5);
        var first = scene.FindAsync();
        Assert.Single(scene.Source.Told);

        // The telling is under way. Another sender loses patience, and gets the old version.
        var second = scene.FindAsync();
        scene.Clock.Advance(scene.Options.Patience);
        Assert.Equal((1, true, 0), await first);
        Assert.Equal((1, true, 0), await second);
        var last = scene.Clock.GetUtcNow();
        scene.Source.Telling = null;
        told.SetResult();

        await Poll.Until(async () => (await scene.FindAsync()).Number == 2, TimeSpan.FromMinutes(2), "the new version is served");
        Assert.Equal(("example.com", 1, last), scene.Source.Told.Last());
    }

    /// <summary>A sender that came once in an outage and never again: what it was given is told all the same, and not forgotten.</summary>
    [Fact]
    public async Task ServedWhileCutOff_NobodyAsksAgain_IsToldBySweeping()
    {
        using var scene = await CutOffAsync();
        var last = scene.Clock.GetUtcNow();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Pass(60);
        scene.Cache.Sweep();
        Assert.Empty(scene.Source.Told);

        // The outage outlasts even the time after which a copy that nobody asks for goes.
        scene.Clock.Advance(scene.Options.ForgetUnasked);
        scene.Cache.Sweep();
        Assert.Equal(1, scene.Cache.Count);
        scene.Source.Failure = null;
        scene.Pass(60);
        scene.Cache.Sweep();

        await Poll.Until(() => scene.Source.Told.Contains(("example.com", 1, last)), TimeSpan.FromMinutes(2), "the served version is reported");
        scene.Clock.Advance(scene.Options.ForgetUnasked);
        scene.Cache.Sweep();
        Assert.Equal(0, scene.Cache.Count);
    }

    /// <summary>A copy served beyond its lease a moment ago, with the source still cut off.</summary>
    private static async Task<CacheScene> CutOffAsync()
    {
        var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Failure = Outage;
        scene.Pass(20);
        Assert.Equal((1, true, 0), await scene.FindAsync());
        return scene;
    }
}
