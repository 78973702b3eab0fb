using System.Data.Common;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.Sqlite;

namespace MtaSts.Host.Storage;

/// <summary>One SQLite file in write-ahead mode, owned by one process from its start to its end.</summary>
internal sealed partial class SqliteStore : Store
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly TimeSpan patience;
    private readonly SqliteDataSource source;
    private readonly string file;
    private readonly bool mayCreate;
    private ProcessLock? owner;
    private FileStream? held;

    public SqliteStore(StorageOptions options, TimeProvider clock, ILogger<Store> logger)
    {
        (this.clock, this.logger, patience) = (clock, logger, options.OwnerTimeout);
        var parsed = new SqliteConnectionStringBuilder(options.ConnectionString ?? StorageOptions.DefaultSqlite);
        mayCreate = parsed.Mode == SqliteOpenMode.ReadWriteCreate;
        parsed.DataSource = file = SqliteFile.PathOf(parsed.ToString());
        source = new SqliteDataSource(parsed.ToString(), clock);
    }

    public override string Invariant => "System.Data.SQLite"; // Orleans' name for it; the assembly it loads is Microsoft.Data.Sqlite.
    public override DbDataSource DataSource => source;
    public override string Description => $"SQLite file {file}";
    public override string Scripts => "Sqlite";
    public override string StatesExist => "SELECT 1 FROM sqlite_master WHERE name = 'GrainState'";
    public override bool IsMissing => new FileInfo(file) is not { Exists: true, Length: > 0 };

    /// <summary>The file, and those that SQLite keeps beside it.</summary>
    private IEnumerable<string> Files => [file, file + "-wal", file + "-shm"];

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (owner is not null)
            return;
        if (!mayCreate && IsMissing)
            throw new StoreException($"{Description} does not exist, and Mode=ReadWrite in Storage:ConnectionString does not create it. Correct the path, or leave Mode out.");
        await OwnAsync(cancellationToken);
        foreach (var problem in Files.Select(PrivateFiles.Narrow).OfType<string>())
            LogOpenToOthers(problem);
        try
        {
            await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            // Kept in the file, so that it holds for every later connection, of this process or another.
            command.CommandText = "PRAGMA journal_mode=WAL";
            if (await command.ExecuteScalarAsync(cancellationToken) is not "wal")
                throw new StoreException($"{Description}: the write-ahead log cannot be used there. Network file systems lack what it needs: use a local disk.");
        }
        catch (SqliteException exception) when (DiskFull.Is(exception))
        {
            throw new StoreException($"{Description} cannot be opened: its disk is full. Free space there, and start again.", exception);
        }
        catch (SqliteException exception)
        {
            throw new StoreException($"{Description} cannot be opened: {exception.Message}", exception);
        }
        if (source.IsWithoutSharedMemory)
            LogFullAtStart(Description);
    }

    /// <summary>The file has one process: nobody else changes its schema.</summary>
    public override Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Nothing());

    /// <summary>
    /// Moves what the write-ahead log holds into the file and cuts the log: it keeps pages as they were before they were overwritten, and so what was deleted.
    /// </summary>
    public override async Task ForgetDeletedAsync(CancellationToken cancellationToken)
    {
        if (new FileInfo(file + "-wal") is not { Exists: true, Length: > 0 })
            return;
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override UpgradeEngineBuilder Migrations() =>
        DeployChanges.To.SqliteDatabase(DataSource.ConnectionString).JournalToSqliteTable("SchemaStep");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(DataSource.ConnectionString));
        // After SQLite has closed the file: closing any other handle of it would release SQLite's own locks.
        if (held is not null)
            await held.DisposeAsync();
        owner?.Dispose();
    }

    /// <summary>
    /// Takes the lock beside the file, then the file itself: the first says whose it is, the second holds when the first was deleted, or when the file
    /// has a second name elsewhere (a hard link, a bind mount of the file alone).
    /// </summary>
    private async Task OwnAsync(CancellationToken cancellationToken)
    {
        var (lockPath, ownerPath) = (file + ".lock", file + ".owner");
        var began = clock.GetTimestamp();
        var said = false;
        try
        {
            MakeFolder();
            while (true)
            {
                owner = ProcessLock.TryTake(lockPath, ownerPath, clock.GetUtcNow());
                // Windows: SQLite could not open a file that is opened for this process alone.
                if (owner is not null && (OperatingSystem.IsWindows() || (held = ProcessLock.TryOpen(file)) is not null))
                    break;
                var holder = owner is null ? ProcessLock.Holder(ownerPath) : "another process, under another name of the file";
                owner?.Dispose();
                owner = null;
                if (clock.GetElapsedTime(began) >= patience)
                    throw new StoreException($"{Description} is in use by {holder}. Only one process can use a SQLite file. Stop the other one, or set Storage:ConnectionString to another file; "
                        + "to wait longer for it to end, raise Storage:OwnerTimeout.");
                if (!said)
                    LogWaits(Description, holder, patience);
                said = true;
                await Task.Delay(LockRetry, clock, cancellationToken);
            }
            if (!owner.IsEffective)
                LogNoLocks(Description);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            owner?.Dispose();
            owner = null;
            throw new StoreException(DiskFull.Is(exception)
                ? $"{Description}: its disk is full. Free space there, and start again."
                : $"{Description} cannot be opened: {exception.Message} Set Storage:ConnectionString to a file that the service may write, or correct its permissions.", exception);
        }
    }

    private void MakeFolder()
    {
        var folder = Path.GetDirectoryName(file)!;
        if (!PrivateFiles.MakeFolder(folder) && PrivateFiles.IsOpenToOthers(folder))
            LogOpenToOthers($"{folder} can be written by other users of this machine, who could replace the file in it. Run chmod go-w on it.");
    }

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    [LoggerMessage(1011, LogLevel.Warning, "{Store} is in use by {Holder}; the start waits up to {Patience} for it")]
    private partial void LogWaits(string store, string holder, TimeSpan patience);

    [LoggerMessage(1012, LogLevel.Warning, "{Store}: file locks do not work there, so a second process on the same file would go unnoticed. Use a local disk, and leave DOTNET_SYSTEM_IO_DISABLEFILELOCKING unset")]
    private partial void LogNoLocks(string store);

    [LoggerMessage(1013, LogLevel.Warning, "{Problem}")]
    private partial void LogOpenToOthers(string problem);

    [LoggerMessage(1014, LogLevel.Error, "{Store}: its disk is full. Policies are served; changes and reports are refused until there is room. Free space on that disk")]
    private partial void LogFullAtStart(string store);
}
