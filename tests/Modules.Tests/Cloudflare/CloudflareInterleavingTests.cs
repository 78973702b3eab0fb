using CsCheck;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>Whatever order calls, time, faults and the owner's hand come in.</summary>
public sealed class CloudflareInterleavingTests
{
    private const int Samples = 150;

    private enum Step
    {
        Ensure,
        EnsureTwiceAtOnce,
        Remove,
        Seconds,
        Hours,
        Days,
        Publish,
        Unpublish,
        Fault,
    }

    [Fact]
    public async Task EnsureAndRemove_AnyInterleaving_NeverTwoHostnamesAndNoneLeaked()
    {
        var steps = Gen.Select(Gen.Enum<Step>(), Gen.Enum<Fault>(), Gen.Int[1, 60]).Array[5, 40];
        await steps.SampleAsync(async all =>
        {
            await using var stage = await CloudflareStage.StartAsync(new()
            {
                Token = CloudflareStage.Token,
                CnameTarget = CloudflareStage.Target,
                AllowReservedNames = true,
                DeletionTakes = TimeSpan.FromSeconds(all.Length % 2 * 15),
                RefusesToRevive = all.Length % 3 == 0,
                EnvelopedDelete = all.Length % 5 == 0,
            });
            foreach (var (step, fault, amount) in all)
                await PlayAsync(stage, step, fault, amount);
            stage.Simulator.Faults.Clear();
            if (all.Length % 2 == 0)
            {
                stage.Publish(stage.Request);
                await stage.BecomeLiveAsync(60);
                Assert.Equal("active", (await stage.OnlyHostnameAsync()).Status);
            }
            await stage.BecomeRemovedAsync();
            Assert.Empty(await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled));
        }, iter: Samples, threads: 1);
    }

    private static async Task PlayAsync(CloudflareStage stage, Step step, Fault fault, int amount)
    {
        switch (step)
        {
            case Step.Ensure:
                await CheckAsync(stage, await stage.EnsureAsync());
                break;
            case Step.EnsureTwiceAtOnce:
                await stage.EnsureTwiceAsync();
                break;
            case Step.Remove:
                if (await stage.RemoveAsync() is HostnameRemoval.Removed)
                    Assert.Empty(await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled));
                break;
            case Step.Seconds:
                stage.Clock.Advance(TimeSpan.FromSeconds(amount));
                break;
            case Step.Hours:
                stage.Clock.Advance(TimeSpan.FromHours(amount));
                break;
            case Step.Days:
                stage.Clock.Advance(TimeSpan.FromDays(amount));
                break;
            case Step.Publish:
                stage.Publish(stage.Request);
                break;
            case Step.Unpublish:
                stage.Unpublish(stage.Request);
                break;
            default:
                stage.Simulator.Faults.Add(fault);
                break;
        }
        Assert.InRange((await stage.Simulator.HostnamesAsync(CloudflareStage.Cancelled)).Count, 0, 1);
    }

    /// <summary>Live is said only of a hostname that Cloudflare serves with a certificate that has not ended.</summary>
    private static async Task CheckAsync(CloudflareStage stage, HostnameProgress progress)
    {
        if (progress is not HostnameProgress.Live)
            return;
        var hostname = await stage.OnlyHostnameAsync();
        Assert.Equal("active", hostname.Status);
        Assert.True(hostname.ExpiresAt > stage.Clock.GetUtcNow());
    }
}
