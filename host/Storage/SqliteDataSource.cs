using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace MtaSts.Host.Storage;

/// <summary>
/// Opens SQLite connections with the settings that are a connection's and not the file's.
/// </summary>
/// <remarks>
/// <c>synchronous=FULL</c>: with the write-ahead log a commit returns after the log has reached the disk, so what was
/// acknowledged survives a power cut; NORMAL would lose the last commits. One connection of this process is open at a time: SQLite has one
/// writer, the driver is synchronous, and writers that wait for each other inside SQLite sleep on the thread pool's threads until it has none
/// left. Those who wait here hold no thread. <c>busy_timeout</c>: a writer waits for another in SQLite
/// itself, in milliseconds; the driver alone would look again only every 150 ms. The driver's own time is the same, or it would begin that wait
/// anew until its 30 s are over. <c>secure_delete</c>: what is deleted is overwritten with zeros, in pages that are kept and in pages that become
/// free; otherwise a deleted workspace would stand in the file until its pages are used again. The journal mode is the file's and is set once, by <see cref="SqliteStore"/>.
/// On a full disk the index of the write-ahead log (<c>-shm</c>) cannot be made, and nothing could be read. There the connection takes the file for
/// itself (<c>locking_mode=EXCLUSIVE</c>): SQLite then keeps that index in memory.
/// </remarks>
internal sealed class SqliteDataSource : DbDataSource
{
    /// <summary>
    /// Longest wait for another writer; <c>Default Timeout</c> in the connection string may make it shorter. A write takes milliseconds; longer means a
    /// stuck process, which is better shown than waited for.
    /// </summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long the index is kept in memory before the disk is tried again.</summary>
    private static readonly TimeSpan TryDiskAgain = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TimeProvider clock;
    private readonly string connectionString;
    private readonly string settings;
    private long? aloneSince;

    public SqliteDataSource(string connectionString, TimeProvider clock)
    {
        this.clock = clock;
        var longest = (int)BusyTimeout.TotalSeconds;
        var parsed = new SqliteConnectionStringBuilder(connectionString);
        parsed.DefaultTimeout = parsed.DefaultTimeout > 0 ? Math.Min(parsed.DefaultTimeout, longest) : longest;
        this.connectionString = parsed.ToString();
        settings = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={parsed.DefaultTimeout * 1000}; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
    }

    public override string ConnectionString => connectionString;

    /// <summary>The disk was full when the file was opened: it is read without the index that lies beside it.</summary>
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
            if (aloneSince is { } since && clock.GetElapsedTime(since) >= TryDiskAgain)
            {
                // The mode is a connection's for its life: only a new one uses the disk again.
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
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = (aloneSince is null ? "" : "PRAGMA locking_mode=EXCLUSIVE; ") + settings;
        command.ExecuteNonQuery();
        // The read opens the log and its index, here where trouble with them can be answered. It is a command of its own: the driver is silent about errors
        // behind the first statement of a command that returns a row.
        command.CommandText = "SELECT 1 FROM sqlite_master LIMIT 1";
        command.ExecuteScalar();
    }

    /// <summary>SQLITE_FULL, and the errors of making the index: SQLITE_IOERR_SHMOPEN, _SHMSIZE, _SHMMAP. A full disk shows as any of them.</summary>
    private static bool IsIndexTrouble(SqliteException exception) => exception.SqliteErrorCode == 13 || exception.SqliteExtendedErrorCode is 4618 or 4874 or 5386;

    /// <summary>Gives its turn to the next one when it is disposed.</summary>
    private sealed class ConnectionInTurn(string connectionString, SemaphoreSlim turn) : SqliteConnection(connectionString)
    {
        private int ended;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing && Interlocked.Exchange(ref ended, 1) == 0)
                turn.Release();
        }
    }
}
