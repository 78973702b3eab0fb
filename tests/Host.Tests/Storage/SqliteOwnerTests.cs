using System.Diagnostics;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

/// <summary>A SQLite file is one process's, under whatever name another one finds it.</summary>
public sealed class SqliteOwnerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("same")]
    [InlineData("relative")]
    [InlineData("dots")]
    [InlineData("file link")]
    [InlineData("folder link")]
    [InlineData("hard link")]
    [InlineData("URI")]
    [InlineData("URI of three slashes")]
    [InlineData("URI, escaped")]
    [InlineData("mode")]
    [InlineData("shared cache")]
    [InlineData("lock deleted")]
    public async Task Prepare_WhileAnotherHasTheFile_IsRefused(string naming)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["data"]);
        var file = Path.Combine(folder["data"], "mtasts.db");
        await using var first = SqliteStoreTests.New($"Data Source={file}");
        await first.PrepareAsync(Stop);
        await using var second = SqliteStoreTests.New("Data Source=" + await NameAsync(naming, folder, file));

        var exception = await Assert.ThrowsAsync<StoreException>(() => second.PrepareAsync(Stop));

        Assert.Contains(naming is "hard link" or "lock deleted" ? "is in use by another process" : $"is in use by process {Environment.ProcessId} on {Environment.MachineName} since 20", exception.Message, StringComparison.Ordinal);
        // What lies beside the file under the second name would be a write-ahead log of its own.
        await Assert.ThrowsAsync<StoreException>(async () => await second.DataSource.OpenConnectionAsync(Stop));
        Assert.Throws<StoreException>(() => second.DataSource.OpenConnection());
        Assert.False(File.Exists(folder["hard.db-wal"]) || File.Exists(folder["hard.db-shm"]));
        await first.DisposeAsync();
        await Assert.ThrowsAsync<StoreException>(async () => await first.DataSource.OpenConnectionAsync(Stop));
        await second.PrepareAsync(Stop);
    }

    /// <summary>Who has the file can still be told by the next one that finds it locked.</summary>
    [Fact]
    public async Task Prepare_RefusedAfterTheLockWasDeleted_SaysThatAndLeavesTheOwnersWordsInPlace()
    {
        using var folder = new TempFolder();
        await using var first = SqliteStoreTests.New($"Data Source={folder["mtasts.db"]}");
        await first.PrepareAsync(Stop);
        File.Delete(folder["mtasts.db.lock"]);
        for (var i = 0; i < 2; i++)
        {
            await using var next = SqliteStoreTests.New($"Data Source={folder["mtasts.db"]}");
            var exception = await Assert.ThrowsAsync<StoreException>(() => next.PrepareAsync(Stop));
            Assert.Contains($"did not lock {folder["mtasts.db.lock"]}: either that file was deleted since, or", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId} on ", await File.ReadAllTextAsync(folder["mtasts.db.owner"], Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Prepare_WhileAnotherIsStopping_WaitsForIt()
    {
        await using var store = TempStore.Sqlite();
        await using var first = SqliteStoreTests.New(store.ConnectionString);
        await first.PrepareAsync(Stop);
        await using var second = new SqliteStore(new StorageOptions { ConnectionString = store.ConnectionString }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<Store>.Instance);

        var prepare = second.PrepareAsync(Stop);
        Assert.False(prepare.IsCompleted);
        await first.DisposeAsync();

        await prepare;
    }

    [Fact]
    public async Task Prepare_AFileOthersCanRead_IsNarrowedWithWhatLiesBesideIt()
    {
        if (OperatingSystem.IsWindows())
            return; // It has no such modes.
        using var folder = new TempFolder();
        await using (var store = SqliteStoreTests.New($"Data Source={folder["mtasts.db"]}"))
            await store.PrepareAsync(Stop);
        File.SetUnixFileMode(folder["mtasts.db"], (UnixFileMode)0b110_110_100);

        await using var again = SqliteStoreTests.New($"Data Source={folder["mtasts.db"]}");
        await again.PrepareAsync(Stop);
        await using var connection = await again.DataSource.OpenConnectionAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE Thing (Id INTEGER)";
        await command.ExecuteNonQueryAsync(Stop);

        var files = Directory.GetFiles(folder.Path);
        Assert.Equal(5, files.Length); // The database, its log and index, the lock and its owner.
        foreach (var path in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    /// <summary>Neither in pages that became free, nor in pages that are still used, nor in the write-ahead log.</summary>
    [Fact]
    public async Task ForgetDeleted_RowsDeletedAndChanged_LeavesNothingInTheFiles()
    {
        using var folder = new TempFolder();
        await using var store = SqliteStoreTests.New($"Data Source={folder["mtasts.db"]}");
        await store.PrepareAsync(Stop);
        await ExecuteAsync("CREATE TABLE Thing (Id INTEGER PRIMARY KEY, Text TEXT)");
        for (var i = 0; i < 50; i++)
            await ExecuteAsync($"INSERT INTO Thing (Text) VALUES ('{string.Concat(Enumerable.Repeat("very-secret-", 20 + (i * 20)))}')");
        await ExecuteAsync("UPDATE Thing SET Text = 'short' WHERE Id = 1");
        await ExecuteAsync("DELETE FROM Thing WHERE Id > 1");

        await store.ForgetDeletedAsync(Stop);

        foreach (var file in new[] { "mtasts.db", "mtasts.db-wal" })
            Assert.DoesNotContain("very-secret", await ReadAsync(folder[file]), StringComparison.Ordinal);

        async Task ExecuteAsync(string statement)
        {
            await using var connection = await store.DataSource.OpenConnectionAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(Stop);
        }

        // Another program than this runtime's, whose own files are locked.
        static async Task<string> ReadAsync(string path)
        {
            using var cat = Process.Start(new ProcessStartInfo("strings", [path]) { RedirectStandardOutput = true })!;
            return await cat.StandardOutput.ReadToEndAsync(Stop);
        }
    }

    [Theory]
    [InlineData("Hosting:Target", "mta-sts.example.net", "", "does not exist")]
    [InlineData("Dashboard:PublicUrl", "https://mta.example.com", "", "does not exist")]
    [InlineData("Hosting:Target", "mta-sts.example.net", "empty file", "is a file of 0 bytes")]
    [InlineData("Hosting:Target", "mta-sts.example.net", "schema", "is empty")]
    [InlineData("Hosting:Provider", "Local", "", null)]
    [InlineData("Hosting:Target", "", "", null)]
    public async Task Run_InAnInstallationForOthers_RefusesANewStore(string key, string value, string found, string? refusal)
    {
        await using var store = TempStore.Sqlite();
        var file = store.ConnectionString["Data Source=".Length..];
        if (found == "empty file")
            await File.WriteAllTextAsync(file, "", Stop);
        if (found == "schema")
        {
            using var before = StoreHost.Store(store);
            await before.Migrator().RunAsync(Stop);
        }
        using var host = StoreHost.Store(store, (key, value));

        if (refusal is null)
        {
            await host.Migrator().RunAsync(Stop);
            return;
        }
        var exception = await Assert.ThrowsAsync<StoreException>(() => host.Migrator().RunAsync(Stop));
        Assert.Contains($"{refusal}, though {key} is set", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:AllowNew=true", exception.Message, StringComparison.Ordinal);
        Assert.Equal(found.Length > 0, File.Exists(file));
        host.Dispose();
        using var allowed = StoreHost.Store(store, (key, value), ("Storage:AllowNew", "true"));
        await allowed.Migrator().RunAsync(Stop);
    }

    private static async Task<string> NameAsync(string naming, TempFolder folder, string file)
    {
        switch (naming)
        {
            case "relative":
                return Path.GetRelativePath(Environment.CurrentDirectory, file);
            case "dots":
                return Path.Combine(folder["data"], "..", "data", ".", "mtasts.db");
            case "file link":
                return File.CreateSymbolicLink(folder["link.db"], file).FullName;
            case "folder link":
                return Path.Combine(Directory.CreateSymbolicLink(folder["link"], folder["data"]).FullName, "mtasts.db");
            case "hard link":
                using (var link = Process.Start("ln", [file, folder["hard.db"]]))
                    await link.WaitForExitAsync(Stop);
                return folder["hard.db"];
            case "URI":
                return "file:" + file;
            case "URI of three slashes":
                return "file://" + file;
            case "URI, escaped":
                return "file:" + file.Replace("mtasts", "mta%73ts", StringComparison.Ordinal);
            case "mode":
                return file + ";Mode=ReadWrite";
            case "shared cache":
                return file + ";Cache=Shared";
            case "lock deleted":
                File.Delete(file + ".lock");
                return file;
            default:
                return file;
        }
    }
}
