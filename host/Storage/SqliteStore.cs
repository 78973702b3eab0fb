using System.Data.Common;
using DbUp;
using DbUp.Builder;
using Microsoft.Data.Sqlite;

namespace MtaSts.Host.Storage;

/// <summary>One SQLite file in write-ahead mode: readers do not wait for the writer.</summary>
internal sealed class SqliteStore : Store
{
    /// <summary>How long a starting process waits for others that prepare the same file.</summary>
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock;
    private readonly string file;

    public SqliteStore(string connectionString, TimeProvider clock)
    {
        this.clock = clock;
        var parsed = new SqliteConnectionStringBuilder(connectionString);
        file = Path.GetFullPath(parsed.DataSource);
        parsed.DataSource = file;
        DataSource = new SqliteDataSource(parsed.ToString());
    }

    public override string Invariant => "System.Data.SQLite"; // Orleans' name for it; the assembly it loads is Microsoft.Data.Sqlite.
    public override DbDataSource DataSource { get; }
    public override string Description => $"SQLite file {file}";
    public override string Scripts => "Sqlite";

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        MakeFolder();
        await using var schema = await LockSchemaAsync(cancellationToken);
        try
        {
            await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            // Kept in the file, so that it holds for every later connection, of this process or another.
            command.CommandText = "PRAGMA journal_mode=WAL";
            if (await command.ExecuteScalarAsync(cancellationToken) is not "wal")
                throw new StoreException($"{Description}: the write-ahead log cannot be used there. Network file systems lack what it needs: use a local disk.");
        }
        catch (SqliteException exception)
        {
            throw new StoreException($"{Description} cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>A lock file beside the database: held by the operating system, so it is gone with the process that held it.</summary>
    public override async Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetElapsedTime(began) < LockLimit)
            {
                await Task.Delay(LockRetry, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new StoreException($"{Description}: the lock beside it cannot be taken ({exception.Message})", exception);
            }
        }
    }

    public override UpgradeEngineBuilder Migrations() =>
        DeployChanges.To.SqliteDatabase(DataSource.ConnectionString).JournalToSqliteTable("SchemaStep");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearPool(new SqliteConnection(DataSource.ConnectionString));
    }

    private void MakeFolder()
    {
        var folder = Path.GetDirectoryName(file)!;
        try
        {
            if (Directory.Exists(folder))
                return;
            // The file holds password hashes and the keys that sign cookies: a folder made here is the owner's alone.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{Description}: its folder cannot be made ({exception.Message}). Set Storage:ConnectionString, or start where the service may write.", exception);
        }
    }
}
