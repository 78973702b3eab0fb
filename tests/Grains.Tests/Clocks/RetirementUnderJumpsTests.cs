using CsCheck;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Clocks;

/// <summary>A domain's life by service time on a machine whose clock is set to and fro: against the time that has truly passed.</summary>
public sealed class RetirementUnderJumpsTests
{
    private const int MaxAge = 604_800;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Gen<Action<World>> Step = Gen.Frequency(
        (3, Gen.Int[1, 300].Select(m => (Action<World>)(w => w.Run(m * Minute)))),
        (3, Gen.Int[-28_800, 28_800].Select(m => (Action<World>)(w => Wrong(w, m * Minute)))),
        (1, Gen.Int[1, 100].Select(m => (Action<World>)(w => w.Restart(m * Minute)))),
        (1, Gen.Int[1, 20_000].Select(m => (Action<World>)(w => w.Reboot(m * Minute)))));

    private static void Wrong(World world, TimeSpan error)
    {
        world.Error = error;
        world.Run(5 * Minute);
        world.Error = TimeSpan.Zero;
        world.Run(5 * Minute);
    }

    [Fact]
    public void AnyJumps_HostnameIsKeptUntilNobodyAppliesThePolicyAndGoesThen() => Step.Array[1, 25].Sample(steps =>
    {
        var world = new World();
        var bench = new LifecycleBench();
        var ids = new HashSet<string>();
        var promised = DateTimeOffset.MaxValue;
        bench.Now = world.Clock.GetUtcNow();
        bench.GoLive(LifecycleBench.Alice, PolicyMode.Enforce, MaxAge);
        ids.Add(bench.Served!.Id);
        foreach (var step in steps.Take(steps.Length / 2))
            Live(step);
        bench.Disable(LifecycleBench.Alice);
        Assert.True(ids.Add(bench.Served!.Id), "an id was used twice");
        promised = world.Now + TimeSpan.FromSeconds(MaxAge);
        foreach (var step in steps.Skip(steps.Length / 2))
            Live(step);
        // The clock is right again: nothing waits for a moment in a wrong future.
        for (var hours = 0; hours < 24 * 9; hours++)
            Live(w => w.Run(60 * Minute));
        Assert.Equal(ServingState.Removing, bench.State.Serving);

        void Live(Action<World> step)
        {
            step(world);
            bench.Now = world.Clock.GetUtcNow();
            bench.Tick();
            bench.See(LifecycleBench.Alice, "v=STSv1; id=1;");
            Assert.True(bench.Lifecycle.NextDueAt(bench.State, bench.Now, bench.HandedOutSince) - bench.Now <= TimeSpan.FromDays(8), "something is due only in a wrong future");
            if (bench.State.Hostname is { Exists: false })
                Assert.True(world.Now >= promised, $"the hostname goes {promised - world.Now} early");
        }
    }, iter: 300);
}
