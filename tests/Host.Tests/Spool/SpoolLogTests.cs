using MtaSts.Host.Spool;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class SpoolLogTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Append_ManyAtOnce_SharesSyncsAndKeepsEach()
    {
        var files = new FaultyFiles { Slow = new TaskCompletionSource() };
        using var log = new SpoolLog(files, new SpoolOptions());

        var appends = Enumerable.Range(0, 500).Select(n => log.AppendAsync(Samples.Envelope(n, token: n % 50), true)).ToArray();
        Assert.DoesNotContain(appends, append => append.IsCompleted);
        files.Slow.SetResult();

        Assert.All(await Task.WhenAll(appends), outcome => Assert.IsType<Spooled.Kept>(outcome));
        Assert.InRange(files.Syncs, 1, 2); // What came while the first was on its way, and the first.
        Assert.Equal(500, log.State.Records);
        Assert.Equal([.. Enumerable.Range(0, 500)], Numbers(log).Order());
    }

    [Fact]
    public async Task Append_Acknowledged_WasSyncedBefore()
    {
        var files = new FaultyFiles();
        using var log = new SpoolLog(files, new SpoolOptions());

        await log.AppendAsync(Samples.Envelope(1), true);

        Assert.Equal([1], Numbers(new SpoolLog(files.Crash(new Random(1)), new SpoolOptions())));
    }

    [Fact]
    public async Task Append_TheSyncFails_IsNotAcknowledgedAndTheNextGoesToAnotherSegment()
    {
        var files = new FaultyFiles { SyncsLeft = 1 };
        using var log = new SpoolLog(files, new SpoolOptions());
        Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(1), true));

        Assert.IsType<Spooled.Failed>(await log.AppendAsync(Samples.Envelope(2), true));
        Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(3), true));

        Assert.Equal(2, files.Segments().Count);
        Assert.Equal(2, log.State.Records);
        Assert.Superset(new HashSet<int> { 1, 3 }, Numbers(log).ToHashSet());
    }

    [Fact]
    public async Task Append_TheDiskIsNearlyFull_IsRefused()
    {
        var files = new FaultyFiles { Free = 10_000 };
        using var log = new SpoolLog(files, new SpoolOptions { MinFreeBytes = 10_000 });

        Assert.Equal(new Spooled.Full("disk"), await log.AppendAsync(Samples.Envelope(1), true));
        files.Free = 20_000;
        Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(1), true));
        Assert.Equal(1, log.State.Records);
    }

    [Fact]
    public async Task Append_OverASegmentsSize_BeginsTheNext()
    {
        var files = new FaultyFiles();
        using var log = new SpoolLog(files, new SpoolOptions { SegmentBytes = 64 * 1024 });
        for (var n = 0; n < 10; n++)
            Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(n, 20_000), true));
        Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(10, 200_000), true)); // Larger than a segment: one of its own.

        Assert.Equal(5, files.Segments().Count);
        Assert.Equal([.. Enumerable.Range(0, 11)], Numbers(log));
    }

    [Fact]
    public async Task Append_AfterAllWasDrained_HasRoomAgain()
    {
        var files = new FaultyFiles();
        using var log = new SpoolLog(files, new SpoolOptions { MaxBytes = 4_000 });
        var count = 0;
        while (await log.AppendAsync(Samples.Envelope(count), true) is Spooled.Kept)
            count++;
        Assert.InRange(count, 5, 40);

        foreach (var segment in log.Seal())
        {
            foreach (var record in log.Read(segment, out _)!.Records)
                log.Done(segment, record.Offset);
            log.Delete(segment);
        }

        Assert.Equal((0, 0, null, 0), log.State);
        Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(1), true));
    }

    [Fact]
    public async Task Open_AFolderOnDisk_IsPrivateAndGivesBackWhatAnEarlierProcessKept()
    {
        using var folder = new TempFolder();
        var path = folder["spool"];
        using (var log = new SpoolLog(SpoolFolder.Open(path, DateTimeOffset.UnixEpoch)!, new SpoolOptions { MinFreeBytes = 0 }))
        {
            for (var n = 0; n < 20; n++)
                Assert.IsType<Spooled.Kept>(await log.AppendAsync(Samples.Envelope(n), true));
            Assert.Null(SpoolFolder.Open(path, DateTimeOffset.UnixEpoch)); // Of one process alone.
        }

        using var again = new SpoolLog(SpoolFolder.Open(path, DateTimeOffset.UnixEpoch)!, new SpoolOptions());

        Assert.Equal((20, Samples.Received), (again.State.Records, again.State.Since));
        Assert.Equal([.. Enumerable.Range(0, 20)], Numbers(again));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            foreach (var file in Directory.GetFiles(path))
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task KeepAside_MovedBackIntoTheFolder_IsReadAgain()
    {
        using var folder = new TempFolder();
        using (var log = new SpoolLog(SpoolFolder.Open(folder["spool"], DateTimeOffset.UnixEpoch)!, new SpoolOptions { MinFreeBytes = 0 }))
        {
            await log.AppendAsync(Samples.Envelope(5), true);
            var segment = Assert.Single(log.Seal());
            log.KeepAside(segment, Assert.Single(log.Read(segment, out _)!.Records), "Too odd.");
            log.Delete(segment);
            Assert.Equal(1, log.State.SetAside);
        }
        var aside = Assert.Single(Directory.GetFiles(folder["spool/aside"], "*.spool"));
        File.Move(aside, Path.Combine(folder["spool"], Path.GetFileName(aside)));

        using var again = new SpoolLog(SpoolFolder.Open(folder["spool"], DateTimeOffset.UnixEpoch)!, new SpoolOptions { MinFreeBytes = 0 });

        Assert.Equal([5], Numbers(again));
        Assert.IsType<Spooled.Kept>(await again.AppendAsync(Samples.Envelope(6), true));
    }

    [Fact]
    public async Task Open_WhatAnEarlierProcessSetAside_IsStillCounted()
    {
        using var folder = new TempFolder();
        using (var log = new SpoolLog(SpoolFolder.Open(folder["spool"], DateTimeOffset.UnixEpoch)!, new SpoolOptions { MinFreeBytes = 0 }))
        {
            await log.AppendAsync(Samples.Envelope(5), true);
            var segment = Assert.Single(log.Seal());
            var record = Assert.Single(log.Read(segment, out var bytes)!.Records);
            log.KeepAside(segment, record, "Too odd.");
            log.KeepAside(segment, record, "Too odd."); // Once more after a crash: the same file.
            log.KeepDamaged(segment, new DamagedStretch(0, 10), bytes);
            Assert.Equal(2, log.State.SetAside);
        }

        using var again = new SpoolLog(SpoolFolder.Open(folder["spool"], DateTimeOffset.UnixEpoch)!, new SpoolOptions { MinFreeBytes = 0 });

        Assert.Equal(2, again.State.SetAside);
    }

    /// <summary>What waits in the log, in order.</summary>
    private static int[] Numbers(SpoolLog log) =>
        [.. log.Seal().SelectMany(segment => log.Read(segment, out _)!.Records).Select(record => Samples.Number(record.Envelope))];
}
