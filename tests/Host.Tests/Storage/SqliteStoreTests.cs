using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Peers;
using MtaSts.Storage;
using Orleans.Configuration;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

public sealed class SqliteStoreTests : StoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override async Task<string> ExplainReadAsync(IHost host) => await ReadAllAsync(host, "EXPLAIN QUERY PLAN " + await ReadStatementAsync(host));

    [Fact]
    public async Task Connection_OpenedByOrleans_IsDurable()
    {
        await using var store = TempStore.Sqlite();
        using var host = StoreHost.Silo(store);
        await host.Migrator().RunAsync(Stop);
        var orleans = host.Services.GetRequiredService<IOptionsMonitor<AdoNetGrainStorageOptions>>().Get(StateNames.Storage);

        Assert.Same(host.Services.GetRequiredService<Store>().DataSource, orleans.DataSource);
        Assert.Same(host.Services.GetRequiredService<Store>().DataSource, host.Services.GetRequiredService<IOptions<AdoNetReminderTableOptions>>().Value.DataSource);
        Assert.True(orleans.DeleteStateOnClear);
        Assert.Equal("wal", await ExecuteAsync(host, "PRAGMA journal_mode"));
        Assert.Equal(2L, await ExecuteAsync(host, "PRAGMA synchronous"));
        Assert.Equal(10_000L, await ExecuteAsync(host, "PRAGMA busy_timeout"));
    }

    [Fact]
    public async Task Write_AnotherProcessHoldsTheLock_FailsWhenTheTimeIsUpAndNoLater()
    {
        await using var store = TempStore.Sqlite();
        await using var other = new SqliteConnection(store.ConnectionString);
        await other.OpenAsync(Stop);
        await ExecuteAsync(other, "CREATE TABLE Thing (Id INTEGER)");
        await ExecuteAsync(other, "BEGIN IMMEDIATE");
        await using var source = new SqliteDataSource(store.ConnectionString + ";Default Timeout=1", TimeProvider.System) { IsOwned = true };
        await using var connection = await source.OpenConnectionAsync(Stop);
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var exception = await Assert.ThrowsAsync<SqliteException>(() => ExecuteAsync(connection, "INSERT INTO Thing VALUES (1)"));

        Assert.Equal(5 /* SQLITE_BUSY */, exception.SqliteErrorCode);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), SqliteDataSource.BusyTimeout / 2);
        await ExecuteAsync(other, "ROLLBACK");
        await ExecuteAsync(connection, "INSERT INTO Thing VALUES (1)");

        static async Task ExecuteAsync(System.Data.Common.DbConnection connection, string statement)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    [Theory]
    [InlineData("", 10)]
    [InlineData(";Default Timeout=0", 10)]
    [InlineData(";Default Timeout=60", 10)]
    [InlineData(";Default Timeout=3", 3)]
    public async Task Connection_Opened_WaitsForAnotherWriterAtMostTenSeconds(string setting, int seconds)
    {
        await using var store = TempStore.Sqlite();
        await File.WriteAllBytesAsync(store.ConnectionString["Data Source=".Length..], [], Stop);
        await using var source = new SqliteDataSource(store.ConnectionString + setting, TimeProvider.System) { IsOwned = true };
        await using var connection = await source.OpenConnectionAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout";

        Assert.Equal(seconds * 1000L, await command.ExecuteScalarAsync(Stop));
        Assert.Equal(seconds, command.CommandTimeout); // The driver tries again until then.
    }

    [Fact]
    public async Task Start_WithMissingFolder_MakesItForItsOwnerAlone()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder["a"], "b", "mtasts.db");
        await using var store = New($"Data Source={file}");

        await store.PrepareAsync(Stop);

        Assert.True(File.Exists(file));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task Start_WhereAFileIsNotADatabase_SaysSo()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["mtasts.db"], new string('x', 10_000), Stop);
        await using var store = New($"Data Source={folder["mtasts.db"]}");

        var exception = await Assert.ThrowsAsync<StoreException>(() => store.PrepareAsync(Stop));

        Assert.Contains("not a database", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>What a test opens twice does not wait for the other.</summary>
    internal static SqliteStore New(string connectionString) =>
        new(new StorageOptions { ConnectionString = connectionString, OwnerTimeout = TimeSpan.Zero }, TimeProvider.System, NullLogger<Store>.Instance);
}
