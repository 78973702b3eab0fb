using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Grains.Workspaces;
using MtaSts.Peers;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Workspaces;

/// <summary>A plan that lapsed takes hosting from every domain, through crashes.</summary>
public sealed class PlanLapseTests
{
    /// <summary>More than are told at once.</summary>
    private const int Many = 60;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task SetPlan_CrashBeforeAllWereTold_TheReminderTellsTheRest()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        var names = Enumerable.Range(0, Many).Select(i => $"lapse{i:00}.example").ToArray();
        foreach (var name in names)
            await Want(scene, name);

        await Workspace(scene).SetPlan(Plan.Free, "operator");
        Assert.Equal(Many - 50, await Wanted(scene, names)); // The clock stands: the timer that goes on has not come.
        await scene.Cluster.CrashAsync();
        await Workspace(scene).AsReference<IRemindable>().ReceiveReminder("lapse", default);

        Assert.Equal(0, await Wanted(scene, names));
        await Workspace(scene).AsReference<IRemindable>().ReceiveReminder("lapse", default); // Nothing to do any more.
    }

    /// <summary>As an older build left it, which had no reminder.</summary>
    [Fact]
    public async Task Activate_ALapseThatBrokeOff_IsCarriedOn()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await Want(scene, "left.example");
        var storage = scene.Cluster.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Storage);
        var row = new GrainState<WorkspaceState>();
        var id = Workspace(scene).GetGrainId();
        await storage.ReadStateAsync(StateNames.Workspace, id, row);
        row.State = row.State! with { Plan = Plan.Free, Lapse = new StoredLapse { By = "operator" } };
        await storage.WriteStateAsync(StateNames.Workspace, id, row);
        await scene.Cluster.RestartAsync();

        Assert.NotNull(await Workspace(scene).Get());

        await Poll.Until(
            async () =>
            {
                scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
                return await Wanted(scene, "left.example") == 0;
            },
            Limit,
            "the domain to be told");
    }

    private static IWorkspaceGrain Workspace(DomainScene scene) => scene.Cluster.Grains.Workspace(DomainScene.Workspace);

    private static async Task Want(DomainScene scene, string name)
    {
        await scene.Claim(name);
        await scene.Domain(name).PutPolicy(DomainScene.Workspace, new PolicyContent(Protocol.PolicyMode.Testing, ["mx1." + name], 86_400), "owner", null, isOverridden: false);
        Assert.True((await Workspace(scene).EnableHosting(name, "owner")).IsDone);
    }

    private static async Task<int> Wanted(DomainScene scene, params string[] names)
    {
        var views = await Task.WhenAll(names.Select(scene.View));
        return views.Count(view => view.Hosting.State != HostingState.Off);
    }
}
