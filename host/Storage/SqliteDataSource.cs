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
/// anew until its 30 s are over. The journal mode is the file's and is set once, by <see cref="SqliteStore"/>.
/// </remarks>
internal sealed class SqliteDataSource : DbDataSource
{
    /// <summary>
    /// Longest wait for another writer; <c>Default Timeout</c> in the connection string may make it shorter. A write takes milliseconds; longer means a
    /// stuck process, which is better shown than waited for.
    /// </summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly string connectionString;
    private readonly string settings;

    public SqliteDataSource(string connectionString)
    {
        var longest = (int)BusyTimeout.TotalSeconds;
        var parsed = new SqliteConnectionStringBuilder(connectionString);
        parsed.DefaultTimeout = parsed.DefaultTimeout > 0 ? Math.Min(parsed.DefaultTimeout, longest) : longest;
        this.connectionString = parsed.ToString();
        settings = string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={parsed.DefaultTimeout * 1000}; PRAGMA synchronous=FULL;");
    }

    public override string ConnectionString => connectionString;

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
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = settings;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

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
