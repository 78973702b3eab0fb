using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Names that outsiders make up, in a Host header or in a report, leave nothing in memory.</summary>
public sealed class UnknownNamesTests
{
    private const int Names = 1_000;
    private const int FewLeft = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Ask_ForManyUnknownNames_LeavesHardlyAnyActivation()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.Claim("known.example");

        await Task.WhenAll(Enumerable.Range(0, Names).Select(async i => Assert.Null(await scene.Served($"made-up-{i}.example"))));
        await Task.WhenAll(Enumerable.Range(0, Names).Select(async i => Assert.Null(await scene.Domain($"reported-{i}.example").GetClaim("ws-nobody"))));

        await Poll.Until(async () => await ActivationsAsync(scene) < FewLeft, Limit, "the activations to go");
        Assert.NotNull(await scene.View("known.example"));
    }

    private static async Task<int> ActivationsAsync(DomainScene scene)
    {
        var statistics = await scene.Cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        return statistics.Where(one => one.GrainType.Contains("DomainGrain", StringComparison.Ordinal)).Sum(one => one.ActivationCount);
    }
}
