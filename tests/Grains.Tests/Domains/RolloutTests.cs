using MtaSts.Grains.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>The service changes a mode by itself only as the owner chose, only after its announcement, and only while the conditions are met.</summary>
public sealed class RolloutTests
{
    private const string Alice = LifecycleBench.Alice;
    private readonly LifecycleBench bench = new();

    [Fact]
    public void Judged_ReadyForThreeDays_IsEnforcedAsAnnounced()
    {
        Choose(enforce: true);
        Judge(isReady: true);
        var planned = bench.View(Alice).Rollout.Planned!;
        Assert.Equal((bench.Served!.Number, bench.Now, bench.Now + EnforcePlan.AnnouncedFor), (planned.Version, planned.AnnouncedAt, planned.DueAt));
        Assert.Equal(["2026-01-04T00:00Z"], Condition(AlertKinds.EnforceAnnounced)!.Parameters[AlertParameters.PlannedAt]);

        bench.Pass(EnforcePlan.AnnouncedFor - TimeSpan.FromMinutes(1));
        Judge(isReady: true);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);

        bench.Pass(TimeSpan.FromMinutes(1));
        bench.See(Alice);
        Judge(isReady: true);
        Assert.Equal((PolicyMode.Enforce, true, Rollout.By), (bench.Served!.Content.Mode, bench.Served.IsAutomatic, bench.Served.CreatedBy));
        Assert.Empty(bench.Served.Overridden);
        Assert.Null(Condition(AlertKinds.EnforceAnnounced));
        Assert.Equal(["enforce"], Condition(AlertKinds.ModeChanged)!.Parameters[AlertParameters.Mode]);
        bench.Pass(Rollout.ShownFor);
        bench.See(Alice);
        Assert.Null(Condition(AlertKinds.ModeChanged));
    }

    [Fact]
    public void Judged_NotChosen_ChangesNothing()
    {
        Live();
        Judge(isReady: true);
        bench.Pass(TimeSpan.FromDays(10));
        Judge(isReady: true);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
    }

    [Fact]
    public void Choose_WithoutEnforce_WithdrawsTheAnnouncement()
    {
        Choose(enforce: true);
        Judge(isReady: true);
        Choose(enforce: false);
        Assert.Null(bench.View(Alice).Rollout.Planned);
        Assert.Null(Condition(AlertKinds.EnforceAnnounced));
        bench.Pass(EnforcePlan.AnnouncedFor);
        Judge(isReady: true);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);

        Choose(enforce: true); // Begins anew.
        Judge(isReady: true);
        Assert.Equal(bench.Now + EnforcePlan.AnnouncedFor, bench.View(Alice).Rollout.Planned!.DueAt);
    }

    /// <summary>The judgement of an earlier version, which arrives late, says nothing about the one that is served.</summary>
    [Fact]
    public void Judged_AnotherVersion_IsIgnored()
    {
        Choose(enforce: true);
        Judge(isReady: true);
        bench.Pass(EnforcePlan.AnnouncedFor);
        var before = bench.Served!.Number;
        bench.Put(Alice, PolicyMode.Testing, 172_800);
        Judge(isReady: true, version: before);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Judge(isReady: true);
        Assert.Equal(bench.Now + EnforcePlan.AnnouncedFor, bench.View(Alice).Rollout.Planned!.DueAt);
    }

    /// <summary>Advice that needs an override prevents the change: nobody can be asked.</summary>
    [Fact]
    public void Judged_DueWhileAnMxIsNotCovered_StaysInTesting()
    {
        Choose(enforce: true);
        Judge(isReady: true);
        bench.Pass(EnforcePlan.AnnouncedFor);
        bench.See(Alice, mx: ["mx9.example.com"]);
        Judge(isReady: true);
        Assert.Equal(PolicyMode.Testing, bench.Served!.Content.Mode);
        Assert.Null(bench.View(Alice).Rollout.Planned);
    }

    [Fact]
    public void Judged_RetiringOrOfAnotherHolder_ChangesNothing()
    {
        Choose(enforce: true);
        Judge(isReady: true);
        bench.Disable(Alice);
        bench.Pass(EnforcePlan.AnnouncedFor);
        Judge(isReady: true);
        Assert.Equal(PolicyMode.None, bench.Served!.Content.Mode);
        Assert.Null(bench.View(Alice).Rollout.Planned);
    }

    [Theory]
    [InlineData(true, true, PolicyMode.Testing)]
    [InlineData(true, false, PolicyMode.Enforce)]
    [InlineData(false, true, PolicyMode.Enforce)]
    public void Judged_WhileEnforced_GoesBackOnlyAsChosen(bool isChosen, bool mustGoBack, PolicyMode mode)
    {
        Choose(enforce: false, back: isChosen);
        bench.Put(Alice, PolicyMode.Enforce, 604_800);
        bench.Set(bench.Lifecycle.RolloutJudged(bench.State, Alice, new RolloutFacts(bench.Served!.Number, IsReady: true, mustGoBack), bench.Now));
        Assert.Equal(mode, bench.Served!.Content.Mode);
        Assert.Equal(mode == PolicyMode.Testing, bench.Served.IsAutomatic);
        Assert.Equal(604_800, bench.Served.Content.MaxAge);
    }

    /// <summary>Random lives: whenever the service enforced by itself, it had announced exactly this version three days before, and every judgement since was that it is ready.</summary>
    [Fact]
    public void RandomLives_NoEnforceWithoutThreeDaysOfReadiness()
    {
        var (random, automatic) = (new Random(20_260_105), 0);
        for (var life = 0; life < 300; life++)
        {
            var bench = new LifecycleBench();
            bench.GoLive(Alice);
            DateTimeOffset? readySince = null;
            var (version, isChosen) = (bench.Served!.Number, false);
            for (var step = 0; step < 60; step++)
            {
                switch (random.Next(12))
                {
                    case 0:
                        isChosen = random.Next(3) > 0;
                        bench.Do((s, now) => bench.Lifecycle.SetRollout(s, Alice, new(isChosen, random.Next(2) == 0), "owner", now));
                        break;
                    case 1:
                        bench.Put(Alice, random.Next(4) == 0 ? PolicyMode.Enforce : PolicyMode.Testing, 86_400 + random.Next(3));
                        break;
                    case 2:
                        bench.See(Alice, mx: random.Next(4) == 0 ? ["mx9.example.com"] : []);
                        break;
                    default:
                        bench.Pass(TimeSpan.FromHours(random.Next(1, 20)));
                        var isReady = random.Next(25) > 0;
                        if (random.Next(8) > 0)
                            bench.See(Alice);
                        var before = bench.Served!;
                        if (!isReady || !isChosen || before.Number != version || before.Content.Mode != PolicyMode.Testing)
                            readySince = null;
                        version = before.Number;
                        bench.Set(bench.Lifecycle.RolloutJudged(bench.State, Alice, new RolloutFacts(version, isReady, false), bench.Now));
                        if (isReady && isChosen && before.Content.Mode == PolicyMode.Testing)
                            readySince ??= bench.Now;
                        if (bench.Served!.Number != version)
                        {
                            automatic++;
                            Assert.True(bench.Now - readySince >= EnforcePlan.AnnouncedFor, $"life {life}, step {step}: enforced at {bench.Now}, ready since {readySince}");
                            Assert.Equal((PolicyMode.Enforce, true), (bench.Served.Content.Mode, bench.Served.IsAutomatic));
                            readySince = null;
                        }
                        break;
                }
                if (!isChosen)
                    readySince = null;
            }
        }
        Assert.True(automatic > 100, $"Only {automatic} automatic changes: the lives do not test the rule.");
    }

    private void Live()
    {
        if (bench.State.Claims.IsEmpty)
            bench.GoLive(Alice);
    }

    private void Choose(bool enforce, bool back = false)
    {
        Live();
        Assert.Null(bench.Do((s, now) => bench.Lifecycle.SetRollout(s, Alice, new(enforce, back), "owner", now)));
    }

    private void Judge(bool isReady, int? version = null) =>
        bench.Set(bench.Lifecycle.RolloutJudged(bench.State, Alice, new RolloutFacts(version ?? bench.Served!.Number, isReady, MustGoBack: false), bench.Now));

    private AlertCondition? Condition(string kind) => bench.State.Claims.Single().Alerts.SingleOrDefault(alert => alert.Kind == kind);
}
