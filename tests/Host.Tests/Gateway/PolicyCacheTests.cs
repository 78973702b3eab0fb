using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>A gateway's copies: one lease, renewed ahead of time, kept when nobody answers.</summary>
public sealed class PolicyCacheTests
{
    private static readonly InvalidOperationException Outage = new("The storage does not answer.");

    [Fact]
    public async Task Find_WithinTheLease_AsksOnce()
    {
        using var scene = await CacheScene.WithPolicyAsync();

        for (var second = 0; second < 9; second++)
        {
            Assert.Equal((1, true, 15 - second), await scene.FindAsync());
            scene.Pass(1);
        }

        Assert.Equal(1, scene.Source.Asked);
    }

    [Theory]
    [InlineData("MTA-STS.EXAMPLE.COM")]
    [InlineData("mta-sts.example.com.")]
    [InlineData("Mta-Sts.Example.com:8461")]
    public async Task Find_AnotherSpellingOfTheHost_IsTheSameCopy(string host)
    {
        using var scene = await CacheScene.WithPolicyAsync();

        Assert.Equal((1, true, 15), await scene.FindAsync(host));

        Assert.Equal((1, 1), (scene.Source.Asked, scene.Cache.Count));
    }

    [Fact]
    public async Task Find_TheLeaseCountsFromBeforeTheQuestion_NotFromTheAnswer()
    {
        using var scene = new CacheScene();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(1));
        // The answer takes a second: what was true when it was given may be a second old.
        scene.Source.OnAsked = _ => scene.Pass(1);

        Assert.Equal((1, true, 14), await scene.FindAsync());
    }

    [Fact]
    public async Task Find_ANewVersion_IsServedWhenTheLeaseIsOver()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));

        Assert.Equal((1, true, 15), await scene.FindAsync());
        scene.Pass(15);

        Assert.Equal((2, true, 15), await scene.FindAsync());
        Assert.Empty(scene.Source.Told);
    }

    [Fact]
    public async Task Find_InTheLastThirdOfTheLease_RenewsAheadAndAnswersAtOnce()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Serve("example.com", HandDrivenSource.Policy(2));
        scene.Source.IsHolding = true;
        scene.Pass(9.9);
        await scene.FindAsync();
        Assert.Equal(1, scene.Source.Asked);
        scene.Pass(0.1);

        // The question is under way; nobody waits for it and nobody asks again.
        Assert.Equal((1, true, 5), await scene.FindAsync());
        Assert.Equal((1, true, 5), await scene.FindAsync());
        Assert.Equal(2, scene.Source.Asked);

        scene.Source.IsHolding = false;
        scene.Source.Release();
        await Peers.Poll.Until(async () => await scene.FindAsync() == (2, true, 15), TimeSpan.FromMinutes(2), "the renewed copy");
        Assert.Equal(2, scene.Source.Asked);
    }

    [Fact]
    public async Task Find_RenewingAheadFails_TriesAgainOnlyAfterAPause()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Failure = Outage;
        scene.Pass(10);

        for (var i = 0; i < 100; i++)
            Assert.Equal(1, (await scene.FindAsync()).Number);
        Assert.Equal(2, scene.Source.Asked);

        scene.Pass(1);
        await scene.FindAsync();
        Assert.Equal(3, scene.Source.Asked);
    }

    [Fact]
    public async Task Find_TheLeaseIsOverAndNobodyAnswers_KeepsTheOldPolicyForAsLongAsAllowed()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Failure = Outage;
        scene.Pass(15);

        // Nobody downstream may keep it.
        Assert.Equal((1, true, 0), await scene.FindAsync());
        scene.Pass(TimeSpan.FromHours(24).TotalSeconds - 15 - 1);
        Assert.Equal((1, true, 0), await scene.FindAsync());
        scene.Pass(1);
        Assert.Equal((null, false, 0), await scene.FindAsync());

        scene.Source.Failure = null;
        scene.Pass(1);
        Assert.Equal((1, true, 15), await scene.FindAsync());
    }

    [Fact]
    public async Task Find_NobodyAnswersInTime_ServesTheOldPolicyAfterThePatience()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.IsHolding = true;
        scene.Pass(15);

        var found = scene.FindAsync();
        Assert.False(found.IsCompleted);
        scene.Clock.Advance(scene.Options.Patience);

        Assert.Equal((1, true, 0), await found);
        scene.Source.Release();
    }

    [Fact]
    public async Task Find_StorageIsDown_IsAskedOnceInAPauseAndNotForEverySender()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Failure = Outage;
        scene.Pass(20);

        for (var i = 0; i < 100; i++)
            Assert.Equal((1, true, 0), await scene.FindAsync());
        Assert.Equal(2, scene.Source.Asked);
        scene.Pass(1);
        await scene.FindAsync();

        Assert.Equal(3, scene.Source.Asked);
    }

    [Fact]
    public async Task Find_NoLongerServed_IsUnknownAfterTheLease()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        scene.Source.Serve("example.com", null);
        scene.Pass(15);

        Assert.Equal((null, true, 15), await scene.FindAsync());

        scene.Source.Serve("example.com", HandDrivenSource.Policy(3));
        scene.Pass(15);
        Assert.Equal((3, true, 15), await scene.FindAsync());
    }

    [Fact]
    public async Task Find_FirstQuestionFails_CannotTellAndAsksAgainNextTime()
    {
        using var scene = new CacheScene();
        scene.Source.Failure = Outage;

        Assert.Equal((null, false, 0), await scene.FindAsync());
        scene.Source.Failure = null;
        scene.Source.Serve("example.com", HandDrivenSource.Policy(1));

        Assert.Equal((1, true, 15), await scene.FindAsync());
    }

    [Fact]
    public async Task Find_FirstQuestionIsNotAnswered_CannotTellAfterThePatience()
    {
        using var scene = new CacheScene();
        scene.Source.IsHolding = true;

        var found = scene.FindAsync();
        scene.Clock.Advance(scene.Options.Patience);

        Assert.Equal((null, false, 0), await found);
        scene.Source.Release();
    }

    [Fact]
    public async Task Sweep_CopiesNobodyAsksFor_Go()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        await scene.FindAsync("mta-sts.unknown.example");
        Assert.Equal(2, scene.Cache.Count);

        scene.Pass(15);
        scene.Cache.Sweep();
        Assert.Equal(1, scene.Cache.Count);

        scene.Clock.Advance(scene.Options.ForgetUnasked);
        scene.Cache.Sweep();
        Assert.Equal(0, scene.Cache.Count);
    }

    [Fact]
    public async Task Sweep_ACopyThatIsAskedFor_Stays()
    {
        using var scene = await CacheScene.WithPolicyAsync();
        for (var hour = 0; hour < 30; hour++)
        {
            scene.Clock.Advance(TimeSpan.FromHours(1));
            await scene.FindAsync();
            scene.Cache.Sweep();
        }

        Assert.Equal(1, scene.Cache.Count);
    }
}
