using System.Security.Cryptography;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Chaos;

/// <summary>The invariants of a domain's life against the running grain: two silos on PostgreSQL, killed in between.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int ShortSteps = 150;
    private const int LongSteps = 5_000;

    private static int StepsOfARun => LongFormAttribute.IsOn ? LongSteps : ShortSteps;

    [Fact]
    public async Task TwoSilos_KilledInBetween_NoSenderIsEverLetDown()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MTASTS_SEED"), out var given) ? given : RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"MTASTS_SEED={seed}");
        await using var store = await TempStore.PostgresAsync();
        await using var scene = await ChaosScene.StartAsync(store, seed);

        for (var step = 0; step < StepsOfARun; step++)
            await scene.Step();
        await scene.Leave();

        output.WriteLine($"{scene.Steps} steps, {scene.Kills} kills, {scene.Fetches} fetches of a policy");
        Assert.True(scene.Kills >= StepsOfARun / ChaosScene.MostBetweenKills, "silos were killed");
        Assert.True(scene.Fetches >= StepsOfARun, "policies were served");
    }
}
