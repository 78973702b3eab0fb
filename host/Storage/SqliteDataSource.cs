using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MtaSts.Host.Storage;

/// <summary>
/// Opens SQLite connections with the settings that are a connection's and not the file's.
/// </summary>
/// <remarks>
/// <c>synchronous=FULL</c>: with the write-ahead log a commit returns after the log has reached the disk, so what was
/// acknowledged survives a power cut; NORMAL would lose the last commits. <c>busy_timeout</c>: a writer waits for another in SQLite
/// itself, in milliseconds; the driver alone would look again only every 150 ms. The journal mode is the file's and is set once, by <see cref="SqliteStore"/>.
/// </remarks>
internal sealed class SqliteDataSource(string connectionString) : DbDataSource
{
    /// <summary>Longest wait for another writer. A write takes milliseconds; longer means a stuck process, which is better shown than waited for.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(10);

    private static readonly string Settings = $"PRAGMA busy_timeout={(int)BusyTimeout.TotalMilliseconds}; PRAGMA synchronous=FULL;";

    public override string ConnectionString => connectionString;

    protected override DbConnection CreateDbConnection() => new SqliteConnection(connectionString);

    protected override DbConnection OpenDbConnection()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Settings;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(OpenDbConnection());
    }
}
