using System.Data.Common;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.Sqlite;

namespace MtaSts.Storage;

/// <summary>One SQLite file, owned by one process from its start to its end.</summary>
internal sealed partial class SqliteStore : Store
{
    private const string WriteAheadLog = "wal";

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly TimeSpan patience;
    private readonly SqliteDataSource source;
    private readonly string file;
    private readonly bool mayCreate;
    private readonly string setting;
    private readonly string journal;
    private ProcessLock? owner;
    private FileStream? held;

    /// <param name="options">The file, and how long to wait for its owner.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    /// <param name="setting">The setting that names the file, for messages.</param>
    /// <param name="journal">SQLite's journal mode.</param>
    public SqliteStore(StorageOptions options, TimeProvider clock, ILogger logger, string setting = "Storage:ConnectionString", string journal = WriteAheadLog)
    {
        (this.clock, this.logger, patience, this.setting, this.journal) = (clock, logger, options.OwnerTimeout, setting, journal);
        var parsed = new SqliteConnectionStringBuilder(options.ConnectionString ?? StorageOptions.DefaultSqlite);
        mayCreate = parsed.Mode == SqliteOpenMode.ReadWriteCreate;
        parsed.DataSource = file = SqliteFile.PathOf(parsed.ToString());
        source = new SqliteDataSource(parsed.ToString(), clock, journal == WriteAheadLog ? null : journal);
    }

    public override string Invariant => "System.Data.SQLite"; // Orleans' name for the driver; it loads the assembly Microsoft.Data.Sqlite.
    public override DbDataSource DataSource => source;
    public override int Writers => 1;
    public override string Description => $"SQLite file {file}";
    public override string Scripts => "Sqlite";
    public override string StatesExist => "SELECT 1 FROM sqlite_master WHERE name = 'GrainState'";
    public override string? Absence => new FileInfo(file) switch { { Exists: false } => "does not exist", { Length: 0 } => "is a file of 0 bytes", _ => null };

    /// <summary>The file, and the files that SQLite creates next to it.</summary>
    private IEnumerable<string> Files => [file, file + "-wal", file + "-shm"];

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (owner is not null)
            return;
        if (!mayCreate && Absence is { } absence)
            throw new StoreException($"{Description} {absence}, and Mode=ReadWrite in {setting} does not create it. Correct the path, or leave Mode out.");
        await OwnAsync(cancellationToken);
        source.Held = held;
        foreach (var problem in Files.Select(PrivateFiles.Narrow).OfType<string>())
            LogOpenToOthers(problem);
        try
        {
            await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            // The file stores that it uses the write-ahead log, which then applies to every later connection of any process.
            command.CommandText = "PRAGMA journal_mode=" + journal;
            if (await command.ExecuteScalarAsync(cancellationToken) as string != journal)
                throw new StoreException($"{Description}: SQLite's journal mode {journal} cannot be used there. Use a local disk, not a network file system.");
        }
        catch (SqliteException exception) when (DiskFull.Is(exception))
        {
            throw new StoreException($"{Description} cannot be opened: its disk is full. Free space there, and restart the service.", exception);
        }
        catch (SqliteException exception)
        {
            throw new StoreException($"{Description} cannot be opened: {exception.Message}", exception);
        }
        if (source.IsWithoutSharedMemory)
            LogFullAtStart(Description);
    }

    /// <summary>Only one process uses the file, so no other changes its schema.</summary>
    public override Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable>(new Nothing());

    /// <summary>
    /// Moves the write-ahead log into the file and truncates the log, which contains old versions of pages and so deleted data.
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
        source.IsOwned = false;
        await base.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(DataSource.ConnectionString));
        // Only after SQLite has closed the file: closing any other handle of it would release SQLite's own locks.
        if (held is not null)
            await held.DisposeAsync();
        owner?.Dispose();
    }

    /// <summary>
    /// Acquires the lock file next to the store, then locks the store itself. The first names the holder; the second applies when the lock file was deleted, or when the store
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
                owner = ProcessLock.TryTake(lockPath, ownerPath);
                // Windows: SQLite cannot open a file that is opened exclusively.
                if (owner is not null && (OperatingSystem.IsWindows() || (held = ProcessLock.TryOpen(file)) is not null))
                    break;
                var holder = owner is null ? ProcessLock.Holder(ownerPath)
                    : $"another process, which did not lock {lockPath}: either that file was deleted since, or the process uses another name of the file (a hard link, a mount)";
                owner?.Dispose();
                owner = null;
                if (clock.GetElapsedTime(began) >= patience)
                    throw new StoreException($"{Description} is in use by {holder}. Only one process can use a SQLite file. Stop the other one, or change {setting}; "
                        + "to wait longer for it to end, raise Storage:OwnerTimeout.");
                if (!said)
                    LogWaits(Description, holder, patience);
                said = true;
                await Task.Delay(LockRetry, clock, cancellationToken);
            }
            owner.Sign(clock.GetUtcNow());
            source.IsOwned = true;
            if (!owner.IsEffective)
                LogNoLocks(Description);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            owner?.Dispose();
            owner = null;
            throw new StoreException(DiskFull.Is(exception)
                ? $"{Description}: its disk is full. Free space there, and restart the service."
                : $"{Description} cannot be opened: {exception.Message} Set {setting} to a file that the service may write, or correct its permissions.", exception);
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

    [LoggerMessage(1012, LogLevel.Warning, "{Store}: file locks do not work there, so a second process on the same file would not be detected. Use a local disk, and do not set DOTNET_SYSTEM_IO_DISABLEFILELOCKING")]
    private partial void LogNoLocks(string store);

    [LoggerMessage(1013, LogLevel.Warning, "{Problem}")]
    private partial void LogOpenToOthers(string problem);

    [LoggerMessage(1014, LogLevel.Error, "{Store}: its disk is full. Policies are served; changes and reports are refused until space is available. Free space on that disk")]
    private partial void LogFullAtStart(string store);
}
