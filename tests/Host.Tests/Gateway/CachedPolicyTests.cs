using MtaSts.Host.Gateway;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>One copy, read and replaced at the same time.</summary>
public sealed class CachedPolicyTests
{
    private const int Answers = 300_000;

    [Fact]
    public async Task Current_ReadWhileAnswersChange_IsOnePolicyWithItsOwnLease()
    {
        var copy = new CachedPolicy("example.com");
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(() =>
        {
            var reads = 0;
            for (; !done.IsCancellationRequested || reads == 0; reads++)
            {
                var (policy, refreshFrom, freshUntil, keepUntil) = copy.Current;
                Assert.Equal((policy?.Number ?? 0, policy?.Number ?? 0, policy?.Number ?? 0), (refreshFrom, freshUntil, keepUntil));
            }
            return reads;
        }, TaskCreationOptions.LongRunning)).ToArray();

        for (var number = 1; number <= Answers; number++)
            copy.TrySet(new PolicySnapshot(HandDrivenSource.Policy(number, ""), number, number, number), null, out _);
        await done.CancelAsync();

        Assert.All(await Task.WhenAll(readers), static reads => Assert.True(reads > 0));
        Assert.Equal(Answers, copy.Current.FreshUntil);
    }

    [Fact]
    public async Task Sweep_WhileTheCopyIsRenewed_LeavesRoomForUnknownHosts()
    {
        using var scene = await CacheScene.WithPolicyAsync(static options => (options.ForgetUnasked, options.MaxUnknownHosts) = (TimeSpan.FromSeconds(20), 1));
        scene.Pass(12);
        scene.Source.Serve("example.com", null);
        scene.Source.OnAsked = _ =>
        {
            scene.Pass(30);
            scene.Cache.Sweep();
        };
        await scene.FindAsync();
        scene.Source.OnAsked = null;
        Assert.Equal(0, scene.Cache.Count);

        await scene.FindAsync("mta-sts.other.example");

        Assert.Equal(1, scene.Cache.Count);
    }
}
