using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Cluster;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>A change that was stored while nobody was told so: until it is found out the former version goes on being handed out.</summary>
public sealed class LostAnswerTests
{
    private const string Name = "unanswered.example";
    private const int MaxAge = 30 * 86_400;

    [Fact]
    public async Task Retirement_TheOldVersionWasServedOn_CountsFromItsLastMoment()
    {
        var faults = new StorageFaults(1);
        var scene = await DomainScene.StartAsync(faults: faults);
        await using var _ = scene.Cluster;
        await scene.GoLive(Name, PolicyMode.Enforce, MaxAge);
        for (var i = 0; i < 3; i++)
            await scene.Check(Name); // Those asked for in the background have come back by then.
        faults.LosesAnswerOf = state => state is DomainState { Serving: ServingState.Retiring };
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Domain(Name).DisableHosting(DomainScene.Workspace, "owner"));
        Assert.Contains("mode: enforce", await scene.Served(Name), StringComparison.Ordinal);
        scene.Cluster.Clock.Advance(TimeSpan.FromMinutes(10)); // What is due by then may itself find out.

        await scene.Wake(Name);

        var view = await scene.View(Name);
        Assert.Contains("mode: none", await scene.Served(Name), StringComparison.Ordinal);
        Assert.Equal(HostingState.Retiring, view.Hosting.State);
        Assert.InRange(view.Hosting.SafeToRemoveAt!.Value, scene.Cluster.Clock.GetUtcNow() + TimeSpan.FromSeconds(MaxAge), DateTimeOffset.MaxValue);
    }
}
