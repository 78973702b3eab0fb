using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class SpoolDrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Drain_StorageIsBack_DeliversEachWithItsOwnTimeAndSource()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 30; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        Assert.Contains("30 reports wait on this machine's disk since 2026-03-01 12:00:00 UTC", scene.Spool.Now.Hint, StringComparison.Ordinal);

        scene.IsDown = false;
        await scene.DrainAsync();

        Assert.Equal(30, scene.Stored.Count);
        Assert.All(scene.Stored, stored => Assert.Equal((Samples.Received.AddSeconds(stored.Key), "source.https", "192.0.2.1"), (stored.Value.ReceivedAt, stored.Value.Source, stored.Value.Peer)));
        Assert.False(scene.Watch.IsDown);
        Assert.Null(scene.Spool.Now.Hint);
        Assert.Equal(0, scene.Rows());
    }

    [Fact]
    public async Task Drain_TokensOfNoClaim_AreDropped()
    {
        await using var scene = new SpoolScene { IsDown = true };
        await scene.AcceptAsync(Samples.Envelope(1));
        scene.IsDown = false;
        scene.OnEnvelope = _ => new Receipt.UnknownToken();

        await scene.DrainAsync();

        Assert.Equal((0, 0L), (scene.Spool.Now.SetAside, scene.Spool.Now.Waiting));
        Assert.Equal(0, scene.Rows());
    }

    [Fact]
    public async Task Drain_ARecordRefusedForGood_IsSetAsideWithItsReasonAndHoldsUpNobody()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 20; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        var store = scene.OnEnvelope;
        scene.IsDown = false;
        scene.OnEnvelope = envelope => Samples.Number(envelope) == 3 ? new Receipt.Refused("Too odd.") : store(envelope);

        await scene.DrainAsync();

        Assert.Equal(19, scene.Stored.Count);
        Assert.Equal((1, "Too odd."), (scene.Rows(), scene.Ask("SELECT Reason FROM Report WHERE Id = 4")));
        Assert.Equal((1L, 0L), (scene.Spool.Now.SetAside, scene.Spool.Now.Waiting));
        Assert.Contains("set aside", scene.Spool.Now.Hint, StringComparison.Ordinal);
    }

    /// <summary>Storage answers and takes others, but never this one: it is tried after the others, and in the end kept for people.</summary>
    [Fact]
    public async Task Drain_ARecordThatNeverGetsThrough_HoldsUpNobody()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 20; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        var store = scene.OnEnvelope;
        var next = 100;
        var attempts = 0;
        scene.IsDown = false;
        scene.OnEnvelope = envelope =>
        {
            if (Samples.Number(envelope) != 0)
                return store(envelope);
            attempts++;
            // Meanwhile there are others to deliver: what shows that it is not storage that fails.
            _ = scene.Spool.Queue!.AppendAsync(Samples.Report(next++));
            return new Receipt.Unavailable("never");
        };

        await scene.DrainAsync();

        Assert.True(Enumerable.Range(1, 19).All(scene.Stored.ContainsKey));
        Assert.Contains("but not this one, in", (string?)scene.Ask("SELECT Reason FROM Report WHERE Id = 1"), StringComparison.Ordinal);
        Assert.InRange(scene.Clock.GetUtcNow() - scene.Clock.Start, TimeSpan.FromMinutes(10), TimeSpan.MaxValue);
        Assert.InRange(attempts, 8, 610); // At most one each second of the ten minutes: the clock runs ahead of a slow machine, attempts do not.
    }

    /// <summary>A service that has just recovered takes most records at once and a few of them later.</summary>
    [Fact]
    public async Task Drain_ARecordIsNotTakenForMinutesWhileOthersAre_IsDeliveredWhenItIsTaken()
    {
        await using var scene = new SpoolScene { IsDown = true };
        await scene.AcceptAsync(Samples.Envelope(0));
        var store = scene.OnEnvelope;
        var next = 100;
        scene.IsDown = false;
        scene.OnEnvelope = envelope =>
        {
            if (Samples.Number(envelope) != 0 || scene.Clock.GetUtcNow() > scene.Clock.Start.AddMinutes(5))
                return store(envelope);
            _ = scene.Spool.Queue!.AppendAsync(Samples.Report(next++));
            return new Receipt.Unavailable("not yet");
        };

        await scene.DrainAsync();

        Assert.InRange(next, 110, int.MaxValue);
        Assert.True(scene.Stored.ContainsKey(0));
        Assert.Equal(0, scene.Spool.Now.SetAside);
    }

    /// <summary>A record that is under way each time storage goes is no bad record.</summary>
    [Fact]
    public async Task Drain_StorageGoesAgainAndAgain_SetsNothingAside()
    {
        await using var scene = new SpoolScene { IsDown = true };
        await scene.AcceptAsync(Samples.Envelope(0));
        var store = scene.OnEnvelope;
        var (next, outages) = (100, 0);
        ITimer? back = null; // The clock alone would not keep it from the collector.
        scene.IsDown = false;
        scene.OnEnvelope = envelope =>
        {
            if (Samples.Number(envelope) != 0 || outages == 20)
                return store(envelope);
            outages++;
            _ = scene.Spool.Queue!.AppendAsync(Samples.Report(next++));
            scene.IsDown = true;
            back = scene.Clock.CreateTimer(_ => scene.IsDown = false, null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
            return new Receipt.Unavailable("gone");
        };

        await scene.DrainAsync();

        Assert.Equal((20, 21, 0L), (outages, scene.Stored.Count, scene.Spool.Now.SetAside));
        await back!.DisposeAsync();
    }

    [Fact]
    public async Task Drain_ARecordGetsNoAnswer_DelaysNoOther()
    {
        var answer = new TaskCompletionSource();
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 40; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        scene.IsDown = false;
        scene.Before = envelope => Samples.Number(envelope) == 0 ? answer.Task : Task.CompletedTask;

        var drain = scene.DrainAsync();
        await MtaSts.Peers.Poll.Until(() => scene.Stored.Count == 39, Limit, "the others are delivered");
        answer.SetResult();
        await drain;

        Assert.Equal((40, 0), (scene.Stored.Count, scene.Rows()));
    }

    [Fact]
    public async Task Drain_ManyRecords_AreDeliveredInOrderWithEightAtOnce()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<int>();
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 100; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        var (now, most) = (0, 0);
        var gate = new Lock();
        var eight = new TaskCompletionSource();
        scene.IsDown = false;
        scene.Before = async envelope =>
        {
            order.Enqueue(Samples.Number(envelope));
            lock (gate)
            {
                most = Math.Max(most, ++now);
                if (now == 8)
                    eight.TrySetResult();
            }
            await eight.Task;
            await Task.Delay(1);
            lock (gate)
                now--;
        };

        await scene.DrainAsync();

        Assert.Equal(8, most);
        Assert.All(order.Select((number, place) => number - place), distance => Assert.InRange(distance, -8, 8));
    }

    [Fact]
    public async Task Drain_DamageOnTheDisk_IsKeptAndTheRestDelivered()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 5; n++)
            await scene.AcceptAsync(Samples.Envelope(n, 1_000));
        scene.Ask("UPDATE Report SET Raw = zeroblob(1000) WHERE Id = 3");

        scene.IsDown = false;
        await scene.DrainAsync();

        Assert.Equal([0, 1, 3, 4], scene.Stored.Keys.Order());
        Assert.Equal((0L, 1L, "Its bytes are damaged."), (scene.Spool.Now.Waiting, scene.Spool.Now.SetAside, scene.Ask("SELECT Reason FROM Report")));
    }

    [Fact]
    public async Task Drain_StorageGoesInTheMiddle_GoesOnWhereItWas()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 40; n++)
            await scene.AcceptAsync(Samples.Envelope(n));
        var store = scene.OnEnvelope;
        scene.IsDown = false;
        scene.OnEnvelope = envelope =>
        {
            if (scene.Stored.Count < 20 || scene.Clock.GetUtcNow() > scene.Clock.Start.AddSeconds(10))
                return store(envelope);
            return new Receipt.Unavailable("gone again");
        };

        await scene.DrainAsync();

        Assert.Equal(40, scene.Stored.Count);
    }

    /// <summary>An unmounted disk, a moved folder: whatever it is, it need not last.</summary>
    [Fact]
    public async Task Run_TheFolderIsAwayForATime_WaitsAndIsTriedUntilItIsBack()
    {
        await using var scene = new SpoolScene { IsDown = true };
        await scene.AcceptAsync(Samples.Envelope(1));
        Directory.Move(scene.Folder, scene.Folder + "-away");
        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(2)));
        scene.IsDown = false;
        await scene.RunAsync();
        await MtaSts.Peers.Poll.Until(
            () =>
            {
                scene.Clock.Advance(TimeSpan.FromSeconds(1));
                return scene.Clock.GetUtcNow() > scene.Clock.Start.AddMinutes(2);
            },
            Limit,
            "it was tried in vain",
            TimeSpan.FromMilliseconds(1));
        Assert.Equal((0, 1L), (scene.Stored.Count, scene.Spool.Now.Waiting));

        Directory.Move(scene.Folder + "-away", scene.Folder);

        await MtaSts.Peers.Poll.Until(() =>
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            return scene.Stored.ContainsKey(1) && scene.Spool.Now.Waiting == 0;
        }, Limit, "it is drained");
        Assert.Null(scene.Spool.Now.Hint);
    }

    [Fact]
    public async Task Drain_WhatAnEarlierProcessSetAside_IsTriedOnceMore()
    {
        await using var scene = new SpoolScene(options => SetAside(options.Path!, 1, 2, 3));
        Assert.Equal(3, scene.Spool.Now.SetAside);
        var store = scene.OnEnvelope;
        var tries = 0;
        scene.OnEnvelope = envelope => Samples.Number(envelope) switch
        {
            1 => store(envelope),
            2 => new Receipt.UnknownToken(), // Its claim was given up meanwhile.
            _ => new Receipt.Refused($"Too odd, {++tries}."),
        };

        await scene.DrainAsync();
        await scene.DrainAsync();

        Assert.Equal((1, 1, 1L), (scene.Stored.Count, tries, scene.Spool.Now.SetAside));
        Assert.Equal(3L, scene.Ask("SELECT Id FROM Report"));
    }

    [Fact]
    public async Task Drain_StorageGoesBeforeWhatWasSetAsideIsTried_IsTriedWhenItIsBack()
    {
        await using var scene = new SpoolScene(options => SetAside(options.Path!, 1));
        var store = scene.OnEnvelope;
        ITimer? back = null; // The clock alone would not keep it from the collector.
        scene.OnEnvelope = envelope =>
        {
            if (scene.Asked > 1)
                return store(envelope);
            scene.IsDown = true;
            back = scene.Clock.CreateTimer(_ => scene.IsDown = false, null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
            return new Receipt.Unavailable("gone");
        };

        await scene.DrainAsync();

        Assert.Equal((1, 0L), (scene.Stored.Count, scene.Spool.Now.SetAside));
        await back!.DisposeAsync();
    }

    [Fact]
    public async Task Run_StorageComesBack_DrainsByItselfAndStopsCleanly()
    {
        await using var scene = new SpoolScene { IsDown = true };
        await scene.RunAsync();
        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(1)));

        scene.IsDown = false;
        await MtaSts.Peers.Poll.Until(() =>
        {
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
            return scene.Stored.Count == 1 && !scene.Watch.IsDown && scene.Spool.Now.Waiting == 0;
        }, Limit, "the spool is drained");
        await scene.StopAsync().WaitAsync(Limit);
    }

    /// <summary>As an earlier process leaves it.</summary>
    private static void SetAside(string folder, params int[] numbers) => Task.Run(async () =>
    {
        await using var queue = await LocalQueueTests.OpenAsync(folder);
        foreach (var number in numbers)
        {
            await queue.AppendAsync(Samples.Report(number));
            await queue.SetAsideAsync(queue.Waiting().Single(), "Too odd.");
        }
    }).GetAwaiter().GetResult();
}
