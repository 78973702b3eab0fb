using MtaSts.Modules.Cloudflare.Simulator;
using Xunit;

namespace MtaSts.Grains.Tests.Cloudflare;

/// <summary>What goes wrong at Cloudflare while a hostname is removed, and where each ends.</summary>
public sealed class CloudflareLeavingFaultTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Leaving_EitherAnswerOfDelete_EndsOff(bool enveloped)
    {
        await using var scene = await CloudflareScene.StartAsync(() => CloudflareScene.With(envelopedDelete: enveloped));
        await LeaveAsync(scene);
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    [Fact]
    public async Task Leaving_DeletionTakesMinutes_ServesNoneUntilItIsDone()
    {
        await using var scene = await CloudflareScene.StartAsync(() => CloudflareScene.With(deletionTakes: TimeSpan.FromMinutes(3)));
        await LeaveAsync(scene);
        await scene.UntilAsync(HostingState.Removing);
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal((HostingState.Removing, "The hostname is being deleted."), ((await scene.HostingAsync()).State, (await scene.HostingAsync()).Problem));
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.UntilAsync(HostingState.Off);
        Assert.Single(scene.Simulator.Exchanges, exchange => exchange.Method == "DELETE");
    }

    [Theory]
    [InlineData(Fault.NoAnswer)]
    [InlineData(Fault.DoneWithoutAnswer)]
    [InlineData(Fault.DoneThenCut)]
    [InlineData(Fault.InternalError)]
    [InlineData(Fault.DoneThenMalformed)]
    public async Task Leaving_DeletionFails_IsTriedAgainUntilItIsGone(Fault fault)
    {
        await using var scene = await CloudflareScene.StartAsync();
        for (var i = 0; i < 3; i++)
            scene.Simulator.Faults.Add(fault, HttpMethod.Delete);
        await LeaveAsync(scene);
        Assert.Equal(HostingState.Removing, (await scene.HostingAsync()).State);
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        var hosting = await scene.HostingAsync();
        Assert.StartsWith("Cloudflare", hosting.Problem, StringComparison.Ordinal);
        Assert.Equal("It is retried automatically.", hosting.NextStep);
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    [Fact]
    public async Task Leaving_KilledBetweenTheDeletionAndItsAnswer_EndsOff()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.SettleAsync();
        await scene.PassAsync((await scene.HostingAsync()).SafeToRemoveAt!.Value - scene.Now - TimeSpan.FromSeconds(1), TimeSpan.FromHours(6));
        scene.Simulator.Faults.Add(Fault.DoneWithoutAnswer, HttpMethod.Delete);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
        await scene.CrashAsync();
        Assert.Contains("mode: none", await scene.ServedAsync(), StringComparison.Ordinal);
        await scene.WakeAsync();
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    /// <summary>A look at the provider that is late must not make the hostname again behind the deletion's back.</summary>
    [Fact]
    public async Task Leaving_WhileALookAtCloudflareIsOut_WaitsForItToComeBack()
    {
        await using var scene = await CloudflareScene.StartAsync();
        await scene.GoLiveAsync();
        var look = (await scene.StoredAsync()).Hostname!.DueAt;
        // So that the clock runs out five seconds after a look begins: lease 15 s, max_age a day, TTL 300 s.
        await scene.PassAsync(look - TimeSpan.FromSeconds(310) - scene.Now);
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        var end = (await scene.HostingAsync()).SafeToRemoveAt!.Value;
        Assert.Equal(look.AddDays(1).AddSeconds(5), end);
        await scene.PassAsync(look.AddDays(1).AddSeconds(-1) - scene.Now);
        scene.Simulator.Faults.Add(Fault.NoAnswer, HttpMethod.Get);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        await scene.Simulator.HeldAsync(Cancelled).WaitAsync(TimeSpan.FromMinutes(2), Cancelled);
        var asked = scene.Simulator.Requests;
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        await scene.Domain.AsReference<IRemindable>().ReceiveReminder("watch", default);
        Assert.Equal(HostingState.Removing, (await scene.HostingAsync()).State);
        await Task.Delay(TimeSpan.FromMilliseconds(300), Cancelled); // Long enough for a removal that does not wait to be seen.
        Assert.Equal(asked, scene.Simulator.Requests);
        scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(5)); // The look is given up.
        await scene.UntilAsync(HostingState.Off);
        Assert.Null(await scene.HostnameAsync());
    }

    private static async Task LeaveAsync(CloudflareScene scene)
    {
        await scene.GoLiveAsync();
        await scene.Domain.DisableHosting(CloudflareScene.Workspace, "owner");
        await scene.SettleAsync();
        await scene.PassAsync((await scene.HostingAsync()).SafeToRemoveAt!.Value - scene.Now, TimeSpan.FromHours(6));
    }
}
