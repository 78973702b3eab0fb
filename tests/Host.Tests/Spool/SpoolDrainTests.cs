using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class SpoolDrainTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

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
        Assert.Empty(Directory.GetFiles(scene.Folder, "*.spool"));
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
        Assert.Empty(Directory.GetFiles(scene.Folder, "*.spool"));
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
        Assert.Equal("Too odd.\n", File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(scene.Folder, "aside"), "*.reason"))));
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
        scene.IsDown = false;
        scene.OnEnvelope = envelope =>
        {
            if (Samples.Number(envelope) != 0)
                return store(envelope);
            // Meanwhile there are others to deliver: what shows that it is not storage that fails.
            _ = scene.Spool.Log!.AppendAsync(Samples.Envelope(next++), true);
            return new Receipt.Unavailable("never");
        };

        await scene.DrainAsync();

        Assert.True(Enumerable.Range(1, 19).All(scene.Stored.ContainsKey));
        Assert.Single(Directory.GetFiles(Path.Combine(scene.Folder, "aside"), "*.spool"));
    }

    [Fact]
    public async Task Drain_DamageOnTheDisk_IsKeptAndTheRestDelivered()
    {
        await using var scene = new SpoolScene { IsDown = true };
        for (var n = 0; n < 5; n++)
            await scene.AcceptAsync(Samples.Envelope(n, 1_000));
        scene.Spool.Log!.Seal();
        var file = Assert.Single(Directory.GetFiles(scene.Folder, "*.spool"));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        scene.IsDown = false;
        await scene.DrainAsync();

        Assert.Equal(4, scene.Stored.Count);
        var damaged = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Path.Combine(scene.Folder, "damaged"))));
        Assert.InRange(bytes.AsSpan().IndexOf(damaged), 1, bytes.Length);
        Assert.Equal((0L, 1L), (scene.Spool.Now.Waiting, scene.Spool.Now.SetAside));
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

    /// <summary>Held by another program, on a folder of the network: whatever it is, it need not last.</summary>
    [Fact]
    public async Task Run_ASegmentCannotBeReadAtTheStart_WaitsAndIsTriedUntilItCan()
    {
        FileStream? held = null;
        await using var scene = new SpoolScene(options => held = Hold(Put(options.Path!, "0000000000000007.spool", 1)));
        Assert.Contains("1 reports wait on this machine's disk since ", scene.Spool.Now.Hint, StringComparison.Ordinal);
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

        await held!.DisposeAsync();

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
        await using var scene = new SpoolScene(options =>
        {
            for (var n = 1; n <= 3; n++)
                Put(Path.Combine(options.Path!, "aside"), $"{n}.spool", n);
        });
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
        Assert.Equal("3.spool", Path.GetFileName(Assert.Single(Directory.GetFiles(Path.Combine(scene.Folder, "aside")))));
    }

    [Fact]
    public async Task Drain_StorageGoesBeforeWhatWasSetAsideIsTried_IsTriedWhenItIsBack()
    {
        await using var scene = new SpoolScene(options => Put(Path.Combine(options.Path!, "aside"), "1.spool", 1));
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

    /// <summary>A segment with one record; returns its path.</summary>
    private static string Put(string folder, string name, int number)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, Samples.Segment(Samples.Envelope(number)).Bytes);
        return path;
    }

    private static FileStream Hold(string path) => new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
}
