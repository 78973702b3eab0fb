using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MtaSts.Storage;

/// <summary>
/// Opens SQLite connections with the settings that apply to a connection and are not stored in the file.
/// </summary>
/// <remarks>
/// <c>synchronous=FULL</c>: with the write-ahead log a commit returns after the log has reached the disk, so
/// acknowledged changes survive a power failure; NORMAL would lose the last commits. One connection of this process is open at a time: SQLite has one
/// writer, the driver is synchronous, and writers that wait for each other inside SQLite block threads of the thread pool until none is
/// left. Waiting here blocks no thread. <c>busy_timeout</c>: a writer waits for another in SQLite
/// itself, in milliseconds; the driver alone would retry only every 150 ms. The driver's own timeout has the same value, otherwise the driver would repeat that wait
/// for its default of 30 s. <c>secure_delete</c>: deleted data is overwritten with zeros, in pages that are kept and in pages that become
/// free; otherwise a deleted workspace would stay in the file until its pages are reused. The write-ahead log is a mode of the file and is set once, by <see cref="SqliteStore"/>; any
/// other journal mode applies to a connection and is set here.
/// On a full disk the index of the write-ahead log (<c>-shm</c>) cannot be created, and reads would fail. Then the connection locks the file
/// exclusively (<c>locking_mode=EXCLUSIVE</c>): SQLite then keeps that index in memory.
/// The file that the owner holds open is the store until the process ends. It is not created again. If its path no longer refers to it, no connection is
/// opened: <see cref="StoreGoneException"/>. Otherwise the service would write to a file without a name, or read from another store.
/// </remarks>
internal sealed class SqliteDataSource : DbDataSource
{
    /// <summary>
    /// Longest wait for another writer; <c>Default Timeout</c> in the connection string may shorten it. A write takes milliseconds; a longer wait means a
    /// stuck process, which should be reported.
    /// </summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Time for which the index is kept in memory before the disk is tried again.</summary>
    private static readonly TimeSpan TryDiskAgain = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TimeProvider clock;
    private readonly string connectionString;
    private readonly string settings;
    private readonly string file;
    private FileStream? held;
    private string? heldAt;
    private bool isResolvable;
    private long? aloneSince;

    /// <param name="connectionString">The file and its options.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="journal">The journal mode, if it is not the write-ahead log.</param>
    public SqliteDataSource(string connectionString, TimeProvider clock, string? journal = null)
    {
        this.clock = clock;
        var longest = (int)BusyTimeout.TotalSeconds;
        var parsed = new SqliteConnectionStringBuilder(connectionString);
        file = parsed.DataSource;
        parsed.DefaultTimeout = parsed.DefaultTimeout > 0 ? Math.Min(parsed.DefaultTimeout, longest) : longest;
        if (!OperatingSystem.IsWindows())
            parsed.Mode = SqliteOpenMode.ReadWrite; // Its owner has created it.
        this.connectionString = parsed.ToString();
        settings = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={parsed.DefaultTimeout * 1000}; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;")
            + (journal is null ? "" : $" PRAGMA journal_mode={journal};");
    }

    public override string ConnectionString => connectionString;

    /// <summary>
    /// Whether this process owns the file. If not, no connection is opened: another process may write the file, and under a second name (a hard link) SQLite would
    /// use another write-ahead log.
    /// </summary>
    public bool IsOwned { get; set; }

    /// <summary>The file, held open by its owner: shows whether the path still refers to it. Null on Windows, where an open file cannot be moved or removed.</summary>
    public FileStream? Held
    {
        set
        {
            (held, heldAt) = (value, PlaceOf(value));
            isResolvable = heldAt == PseudoFiles.Resolve(file);
        }
    }

    /// <summary>The disk was full when the file was opened: it is read without the index file.</summary>
    public bool IsWithoutSharedMemory => aloneSince is not null;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

    protected override DbConnection OpenDbConnection()
    {
        turn.Wait();
        return OpenInTurn();
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        await turn.WaitAsync(cancellationToken);
        return OpenInTurn();
    }

    private ConnectionInTurn OpenInTurn()
    {
        var connection = new ConnectionInTurn(connectionString, turn);
        try
        {
            if (!IsOwned)
                throw new StoreException($"The SQLite file {file} is not opened: this process does not own it.");
            if (aloneSince is { } since && clock.GetElapsedTime(since) >= TryDiskAgain)
            {
                // The locking mode is fixed for a connection's lifetime: only a new one uses the disk again.
                SqliteConnection.ClearPool(connection);
                aloneSince = null;
            }
            try
            {
                Open(connection);
            }
            catch (SqliteException exception) when (aloneSince is null && IsIndexTrouble(exception))
            {
                connection.Close();
                SqliteConnection.ClearPool(connection);
                aloneSince = clock.GetTimestamp();
                Open(connection);
            }
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Open(ConnectionInTurn connection)
    {
        OpenFile(connection);
        using var command = connection.CreateCommand();
        command.CommandText = (aloneSince is null ? "" : "PRAGMA locking_mode=EXCLUSIVE; ") + settings;
        command.ExecuteNonQuery();
        // The read opens the log and its index here, where their errors can be handled. It is a separate command: the driver hides errors
        // after the first statement of a command that returns a row.
        command.CommandText = "SELECT 1 FROM sqlite_master LIMIT 1";
        command.ExecuteScalar();
    }

    private void OpenFile(ConnectionInTurn connection)
    {
        try
        {
            connection.Open();
        }
        catch (SqliteException exception) when (HasMoved())
        {
            throw Gone(exception);
        }
        if (!HasMoved())
            return;
        // Closed now, so that the next connection opens the file then at the path. No checkpoint on close: it would remove the write-ahead log of another file.
        _ = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        connection.Close();
        SqliteConnection.ClearPool(connection);
        throw Gone(null);
    }

    private StoreGoneException Gone(Exception? cause) => new(File.Exists(file)
        ? "The file of the store was replaced while the service runs. Put the former file back, or restart the service to use the new one."
        : "The file of the store was removed or moved while the service runs. Put it back, or restore a backup there and restart the service.", cause);

    /// <summary>Whether the path no longer refers to the open file.</summary>
    private bool HasMoved()
    {
        if (heldAt is null)
            return false;
        var place = PlaceOf(held);
        // A file that is where it was, under a path without links, is also where the path leads.
        return (place != heldAt || file != heldAt) && (isResolvable ? PseudoFiles.Resolve(file) != place : place != heldAt);
    }

    /// <summary>Where an open file is now, as Linux knows it: without links, and with <c> (deleted)</c> behind the name of a deleted one.</summary>
    private static string? PlaceOf(FileStream? file) =>
        file is null ? null : new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}")).LinkTarget;

    /// <summary>SQLITE_FULL, and the errors of creating the index: SQLITE_IOERR_SHMOPEN, _SHMSIZE, _SHMMAP. A full disk can cause any of them.</summary>
    private static bool IsIndexTrouble(SqliteException exception) => exception.SqliteErrorCode == 13 || exception.SqliteExtendedErrorCode is 4618 or 4874 or 5386;

    /// <summary>Releases its turn when it is disposed.</summary>
    private sealed class ConnectionInTurn(string connectionString, SemaphoreSlim turn) : SqliteConnection(connectionString)
    {
        private int ended;

        protected override void Dispose(bool disposing)
        {
            try
            {
                base.Dispose(disposing);
            }
            finally
            {
                if (disposing && Interlocked.Exchange(ref ended, 1) == 0)
                    turn.Release();
            }
        }
    }
}
