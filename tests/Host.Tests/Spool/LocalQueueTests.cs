using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class LocalQueueTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Append_ManyAtOnce_ShareTransactionsAndKeepEach()
    {
        using var folder = new TempFolder();
        await (await OpenAsync(folder["spool"])).DisposeAsync();
        var before = Transactions(folder["spool"]);
        await using (var queue = await OpenAsync(folder["spool"]))
        {
            var appends = Enumerable.Range(0, 500).Select(n => queue.AppendAsync(Samples.Report(n, token: n % 50))).ToArray();

            Assert.All(await Task.WhenAll(appends), result => Assert.IsType<AppendResult.Stored>(result));
            Assert.Equal(500, queue.State.Records);
            var numbers = await NumbersAsync(queue);
            Assert.Equal([.. Enumerable.Range(0, 500)], numbers);
        }
        Assert.InRange(Transactions(folder["spool"]) - before, 1L, 100L);
    }

    /// <summary>What a kill leaves: the files as they are when the append has returned.</summary>
    [Fact]
    public async Task Append_Acknowledged_IsInTheFile()
    {
        using var folder = new TempFolder();
        await using var queue = await OpenAsync(folder["spool"]);
        await queue.AppendAsync(Samples.Report(1, 20_000));
        await CopyAsync(folder["spool"], folder["copy"]);

        await using var after = await OpenAsync(folder["copy"]);

        var report = await after.ReadAsync(Assert.Single(after.Waiting()));
        Assert.Equal(Samples.Report(1, 20_000).Raw, report!.Raw);
        Assert.Equal(Samples.Report(1, 20_000) with { Raw = report.Raw }, report);
    }

    /// <summary>The journal mode is one of each connection; without FULL the last transactions would be lost with the power.</summary>
    [Fact]
    public async Task Open_AnyConnection_IsDurable()
    {
        using var folder = new TempFolder();
        await using var source = new SqliteDataSource($"Data Source={Path.Combine(folder["spool"], "spool.db")}", TimeProvider.System, "truncate") { IsOwned = true };
        await using var queue = await OpenAsync(folder["spool"]);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();

        foreach (var (setting, expected) in new (string, object)[] { ("journal_mode", "truncate"), ("synchronous", 2L), ("secure_delete", 1L), ("auto_vacuum", 2L) })
        {
            command.CommandText = "PRAGMA " + setting;
            Assert.Equal(expected, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Append_TheDiskIsNearlyFull_IsRefused()
    {
        using var folder = new TempFolder();
        await using (var queue = await OpenAsync(folder["spool"], new LocalQueueLimits(long.MaxValue / 2, 1_000, long.MaxValue / 2)))
            Assert.Equal(new AppendResult.Full("disk"), await queue.AppendAsync(Samples.Report(1)));

        await using var again = await OpenAsync(folder["spool"]);

        Assert.Equal(0, again.State.Records);
        Assert.IsType<AppendResult.Stored>(await again.AppendAsync(Samples.Report(1)));
    }

    [Fact]
    public async Task Append_OnAFullDisk_FailsAndTakesReportsWhenThereIsRoom()
    {
        using var disk = new SmallDisk(1_024);
        await using var queue = await OpenAsync(Path.Combine(disk.Path, "spool"));
        Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(1)));
        disk.Fill();
        Assert.Equal(new AppendResult.Full("disk"), await queue.AppendAsync(Samples.Report(2, 50_000)));
        using (var fill = File.OpenWrite(Path.Combine(disk.Path, "fill")))
            fill.SetLength(fill.Length - (14 * 4_096)); // Room for the report, and not for its transaction.

        var failed = Assert.IsType<AppendResult.Failed>(await queue.AppendAsync(Samples.Report(2, 50_000)));

        Assert.True(DiskFull.Is(failed.Cause), failed.Cause.ToString());
        Assert.Equal((1L, 0), (queue.State.Records, queue.State.DamagedFiles.Count));
        disk.Free();
        Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(3, 50_000)));
        var numbers = await NumbersAsync(queue);
        Assert.Equal([1, 3], numbers);
    }

    [Fact]
    public async Task Append_AfterAllWasDelivered_HasRoomAgainAndTheDiskToo()
    {
        using var folder = new TempFolder();
        await using var queue = await OpenAsync(folder["spool"], new LocalQueueLimits(400_000, 1_000, 0));
        var empty = new FileInfo(Path.Combine(folder["spool"], "spool.db")).Length;
        var count = 0;
        while (await queue.AppendAsync(Samples.Report(count, 20_000)) is AppendResult.Stored)
            count++;
        Assert.InRange(count, 15, 20);

        foreach (var id in queue.Waiting())
            await queue.RemoveAsync(id);
        await queue.CompactAsync();

        Assert.Equal((0L, 0L, null, 0L), (queue.State.Records, queue.State.Bytes, queue.State.Since, queue.State.SetAside));
        Assert.InRange(new FileInfo(Path.Combine(folder["spool"], "spool.db")).Length, 0, empty + 8_192);
        Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(1)));
    }

    [Fact]
    public async Task Open_AFolderOnDisk_IsPrivateAndGivesBackWhatAnEarlierProcessKept()
    {
        using var folder = new TempFolder();
        await using (var queue = await OpenAsync(folder["spool"]))
        {
            for (var n = 0; n < 20; n++)
                Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(n)));
            await Assert.ThrowsAsync<StoreException>(() => OpenAsync(folder["spool"])); // Of one process alone.
        }

        await using var again = await OpenAsync(folder["spool"]);

        Assert.Equal((20, Samples.Received), (again.State.Records, again.State.Since));
        var numbers = await NumbersAsync(again);
        Assert.Equal([.. Enumerable.Range(0, 20)], numbers);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder["spool"]));
            foreach (var file in Directory.GetFiles(folder["spool"]))
                Assert.Equal(OwnerOnly, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task SetAside_AtTheNextStart_IsKeptAndFound()
    {
        using var folder = new TempFolder();
        await using (var queue = await OpenAsync(folder["spool"]))
        {
            await queue.AppendAsync(Samples.Report(5));
            await queue.AppendAsync(Samples.Report(6));
            await queue.SetAsideAsync(1, "Too odd.");
            Assert.Equal((1L, 1L), (queue.State.Records, queue.State.SetAside));
            Assert.Empty(queue.FoundAside);
        }

        await using var again = await OpenAsync(folder["spool"]);

        Assert.Equal((1L, 1L), (again.State.Records, again.State.SetAside));
        Assert.Equal(5, Samples.Number((await again.ReadAsync(Assert.Single(again.FoundAside)))!));
        var numbers = await NumbersAsync(again);
        Assert.Equal([6], numbers);
    }

    [Theory]
    [InlineData("no database")]
    [InlineData("newer version")]
    [InlineData("other tables")]
    [InlineData("cut")]
    public async Task Open_AFileThatCannotBeUsed_IsKeptUnderAnotherName(string what)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder["spool"], "spool.db");
        await using (var queue = await OpenAsync(folder["spool"]))
        {
            for (var n = 0; n < 50; n++)
                await queue.AppendAsync(Samples.Report(n, 2_000));
        }
        switch (what)
        {
            case "no database":
                await File.WriteAllTextAsync(file, new string('x', 5_000), TestContext.Current.CancellationToken);
                break;
            case "newer version":
                Execute(file, "PRAGMA user_version=2");
                break;
            case "other tables":
                Execute(file, "CREATE TABLE Thing (Id INTEGER)");
                break;
            default:
                await using (var stream = File.OpenWrite(file))
                    stream.SetLength(stream.Length / 2);
                break;
        }
        var found = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);

        await using var again = await OpenAsync(folder["spool"]);

        var kept = Assert.Single(again.State.DamagedFiles);
        Assert.Equal(found.Length, new FileInfo(Path.Combine(folder["spool"], kept)).Length);
        Assert.InRange(again.State.Bytes, found.Length, long.MaxValue);
        var numbers = await NumbersAsync(again);
        Assert.InRange(numbers.Length, what == "no database" ? 0 : what == "cut" ? 5 : 50, what == "no database" ? 0 : 50);
        Assert.IsType<AppendResult.Stored>(await again.AppendAsync(Samples.Report(99)));
        File.Delete(Path.Combine(folder["spool"], kept));
        again.FindDamaged();
        Assert.Empty(again.State.DamagedFiles);
    }

    /// <summary>Any bit: each record is read as it was written, or the damage is shown.</summary>
    [Fact]
    public async Task Open_ABitIsFlipped_ReadsEachRecordAsItWasOrShowsTheDamage()
    {
        const int records = 20;
        using var folder = new TempFolder();
        await using (var queue = await OpenAsync(folder["spool"]))
        {
            for (var n = 0; n < records; n++)
                await queue.AppendAsync(Samples.Report(n, n % 5 == 0 ? 9_000 : 300));
        }
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder["spool"], "spool.db"), TestContext.Current.CancellationToken);
        var random = new Random(8460);
        var readable = 0;
        for (var round = 0; round < 120; round++)
        {
            var path = folder[$"round{round}"];
            Directory.CreateDirectory(path);
            var damaged = bytes.ToArray();
            damaged[round < 40 ? random.Next(100) : random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Path.Combine(path, "spool.db"), damaged, TestContext.Current.CancellationToken);
            await using var queue = await OpenAsync(path);
            var (intact, shown) = (new HashSet<int>(), queue.State.DamagedFiles.Count > 0 || queue.State.SetAside > 0);
            foreach (var id in queue.Waiting())
            {
                try
                {
                    var report = await queue.ReadAsync(id);
                    var number = Samples.Number(report!);
                    Assert.Equal(Samples.Report(number, number % 5 == 0 ? 9_000 : 300).Hash(), report!.Hash());
                    Assert.True(intact.Add(number));
                }
                catch (InvalidDataException)
                {
                    shown = true; // The drain sets it aside.
                }
            }
            Assert.True(shown || intact.Count == records, $"round {round}: {intact.Count} records, and nothing shown");
            readable += intact.Count;
        }
        Assert.InRange(readable, 60 * records, 120 * records); // Most damage concerns one record, or none.
    }

    [Fact]
    public async Task Append_TheFileIsDamagedMeanwhile_GoesToANewOneWithWhatIsReadable()
    {
        using var folder = new TempFolder();
        await using var queue = await OpenAsync(folder["spool"]);
        await queue.AppendAsync(Samples.Report(1));
        await RunAsync("dd", "if=/dev/zero", "of=" + Path.Combine(folder["spool"], "spool.db"), "bs=100", "count=1", "conv=notrunc", "status=none");

        Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(2)));

        Assert.Single(queue.State.DamagedFiles);
        var numbers = await NumbersAsync(queue);
        Assert.Equal([2], numbers);
        Assert.Equal(1, queue.State.Records);
    }

    [Fact]
    public async Task Append_TheFileIsReplacedMeanwhile_KeepsBoth()
    {
        using var folder = new TempFolder();
        await using var queue = await OpenAsync(folder["spool"]);
        await queue.AppendAsync(Samples.Report(1));
        await CopyAsync(folder["spool"], folder["backup"]);
        await queue.RemoveAsync(1);
        await RunAsync("mv", Path.Combine(folder["backup"], "spool.db"), Path.Combine(folder["spool"], "spool.db"));

        Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(2)));

        var numbers = await NumbersAsync(queue);
        Assert.Equal([1, 2], numbers.Order());
        Assert.Single(queue.State.DamagedFiles);
    }

    [Fact]
    public async Task Append_TheFileIsRemovedMeanwhile_GoesToANewOne()
    {
        using var folder = new TempFolder();
        await using var queue = await OpenAsync(folder["spool"]);
        await queue.AppendAsync(Samples.Report(1));
        File.Delete(Path.Combine(folder["spool"], "spool.db"));

        var results = await Task.WhenAll(Enumerable.Range(2, 20).Select(n => queue.AppendAsync(Samples.Report(n))));

        Assert.All(results, result => Assert.IsType<AppendResult.Stored>(result));
        var numbers = await NumbersAsync(queue);
        Assert.Equal([.. Enumerable.Range(2, 20)], numbers.Order());
        Assert.Equal(20, queue.State.Records);
    }

    internal static Task<LocalQueue> OpenAsync(string folder, LocalQueueLimits? limits = null) =>
        LocalQueue.OpenAsync(folder, limits ?? new LocalQueueLimits(1L << 30, 200_000, 0), TimeSpan.Zero, new FakeTimeProvider(), NullLogger.Instance, CancellationToken.None);

    /// <summary>What waits, in order.</summary>
    internal static async Task<int[]> NumbersAsync(LocalQueue queue)
    {
        var numbers = new List<int>();
        foreach (var id in queue.Waiting())
            numbers.Add(Samples.Number((await queue.ReadAsync(id))!));
        return [.. numbers];
    }

    /// <summary>By another program: this runtime would refuse files that are locked.</summary>
    internal static async Task CopyAsync(string from, string to)
    {
        await RunAsync("cp", "-r", from, to);
        File.Delete(Path.Combine(to, "spool.db.owner"));
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>The file's change counter: SQLite increments it with each transaction.</summary>
    private static long Transactions(string folder) => BinaryPrimitives.ReadUInt32BigEndian(File.ReadAllBytes(Path.Combine(folder, "spool.db")).AsSpan(24));

    private static void Execute(string file, string statement)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
