using MtaSts.Application.Policies;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>The domain's checks carry the automatic change out.</summary>
public sealed class RolloutGrainTests
{
    private const string Name = "rollout.example";

    [Fact]
    public async Task Checks_OfADomainThatIsReady_AnnounceEnforceAndMakeTheChangeAlsoAfterARestart()
    {
        var judge = new Judge();
        var scene = await DomainScene.StartAsync(judge: judge);
        await using var _ = scene.Cluster;
        judge.Scene = scene;
        await scene.GoLive(Name, PolicyMode.Testing, 86_400);
        var rollouts = new Rollouts(scene.Cluster.Grains);
        Assert.Equal(new RolloutChoice(false, false), (await rollouts.Find(DomainScene.Owner, Name)).Value!.Rollout.Choice);
        Assert.Equal(0, judge.Asked); // Nobody chose it.

        Assert.True((await rollouts.Choose(DomainScene.Owner, Name, new(Enforce: true, Back: false))).IsDone);
        await scene.Check(Name);
        await scene.Until(Name, view => view.Rollout.Planned is not null);
        var status = (await rollouts.Find(DomainScene.Owner, Name)).Value!;
        Assert.Equal(("owner", false), (status.Rollout.By, status.HasChannel));
        Assert.Equal(EnforcePlan.AnnouncedFor, status.Rollout.Planned!.DueAt - status.Rollout.Planned.AnnouncedAt);

        scene.Cluster.Clock.Advance(EnforcePlan.AnnouncedFor - TimeSpan.FromHours(1));
        await scene.Cluster.RestartAsync();
        await scene.Check(Name);
        Assert.Equal(PolicyMode.Testing, (await scene.View(Name)).Policy!.Content.Mode);

        scene.Cluster.Clock.Advance(TimeSpan.FromHours(2));
        await scene.Check(Name);
        await scene.Until(Name, view => view.Policy!.Content.Mode == PolicyMode.Enforce);
        Assert.Contains("mode: enforce", await scene.Served(Name), StringComparison.Ordinal);
        var version = (await scene.View(Name)).Policy!;
        Assert.Equal((true, "automatic"), (version.IsAutomatic, version.CreatedBy));
    }

    [Fact]
    public async Task Choose_OfAStrangersDomain_IsRefused()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.Claim(Name);
        var rollouts = new Rollouts(scene.Cluster.Grains);
        Assert.Equal(RefusalCodes.NotFound, (await rollouts.Choose(Application.Actor.Account("ws-stranger", "stranger"), Name, new(true, true))).Refusal?.Code);
        Assert.Equal(new RolloutChoice(false, false), (await scene.View(Name)).Rollout.Choice);
    }

    /// <summary>Finds every version ready.</summary>
    private sealed class Judge : IRolloutJudge
    {
        public int Asked { get; private set; }

        public DomainScene? Scene { get; set; }

        public async Task<RolloutFacts?> JudgeAsync(string workspaceId, string domain)
        {
            Asked++;
            return new((await Scene!.View(domain)).Policy!.Number, IsReady: true, MustGoBack: false);
        }
    }
}
