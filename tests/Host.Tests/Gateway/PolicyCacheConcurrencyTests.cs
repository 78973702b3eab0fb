using MtaSts.Grains;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Many senders at once, while time passes and the policy changes every second.</summary>
public sealed class PolicyCacheConcurrencyTests
{
    private const int Senders = 4;
    private const int Seconds = 2_000;

    [Fact]
    public async Task Find_ManySendersWhileThePolicyChanges_NeverGetOlderThanALease()
    {
        using var scene = new CacheScene(static options => options.Patience = TimeSpan.FromHours(1)); // Time flies here.
        var began = scene.Clock.GetUtcNow();
        int Now() => (int)(scene.Clock.GetUtcNow() - began).TotalSeconds;
        // The version's number is the second in which it was asked for.
        scene.Source.OnAsked = _ => scene.Source.Serve("example.com", new ServedPolicy(Now(), "id", []));
        await scene.FindAsync();
        using var done = new CancellationTokenSource();
        var answers = 0;

        var senders = Enumerable.Range(0, Senders).Select(_ => Task.Factory.StartNew(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var before = Now();
                var answer = await scene.Cache.FindAsync(CacheScene.Host);
                var number = Assert.IsType<ServedPolicy>(answer.Policy).Number;
                var after = Now();
                Assert.InRange(number, before - 15, after);
                // Time may pass between reading the clock and reading the copy.
                Assert.InRange(answer.SecondsLeft, 0, 15 + after - before);
                // Its own lease, not that of a later version.
                Assert.InRange(answer.SecondsLeft, 0, Math.Max(0, number + 15 - before));
                Interlocked.Increment(ref answers);
            }
        }, TaskCreationOptions.LongRunning).Unwrap()).ToList();
        for (var second = 0; second < Seconds && !senders.Exists(static sender => sender.IsFaulted); second++)
        {
            scene.Pass(1);
            var seen = Volatile.Read(ref answers);
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref answers) > seen || senders.Exists(static sender => sender.IsFaulted), TimeSpan.FromSeconds(10)));
        }
        await done.CancelAsync();

        await Task.WhenAll(senders);
        Assert.Equal(1, scene.Cache.Count);
        // Renewed ahead, about every ten seconds, and not for each sender.
        Assert.InRange(scene.Source.Asked, Seconds / 15, Seconds / 9);
        Assert.Empty(scene.Source.Told);
    }

    [Fact]
    public async Task Find_ManyHostsAtOnceThroughANarrowLane_CountsEveryUnknownHostOnce()
    {
        using var scene = new CacheScene(static options => (options.LaneWidth, options.LaneQueue, options.MaxUnknownHosts) = (4, 100_000, 100));

        await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) => await scene.FindAsync($"mta-sts.h{i % 200}.example"));

        // Hosts that came while there was room are held; at most as many more as the lane is wide slipped in at the bound.
        Assert.InRange(scene.Cache.Count, 100, 104);
        Assert.InRange(scene.Source.MostAtOnce, 1, 4);
        scene.Pass(15);
        scene.Cache.Sweep();
        Assert.Equal(0, scene.Cache.Count);
        for (var i = 0; i < 150; i++)
            await scene.FindAsync($"mta-sts.again-{i}.example");
        Assert.Equal(100, scene.Cache.Count);
    }
}
