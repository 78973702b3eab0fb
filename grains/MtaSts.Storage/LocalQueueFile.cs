using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MtaSts.Storage;

/// <summary>A row of the local queue without its content.</summary>
internal sealed record LocalQueueEntry(long Id, string Token, bool IsKnown, int Length, DateTimeOffset ReceivedAt, bool IsSetAside);

/// <summary>The database of the local queue.</summary>
/// <remarks>
/// It uses a rollback journal (TRUNCATE), not the write-ahead log: all acknowledged records are in one file, whose structure is checked when it is opened, and each record has a
/// hash. SQLite discards the end of a damaged write-ahead log without an error. This costs three more disk syncs for each transaction, which concurrent appends share.
/// </remarks>
internal sealed class LocalQueueFile : IAsyncDisposable
{
    private const long Version = 1;

    private const string Schema = """
        PRAGMA auto_vacuum=INCREMENTAL;
        BEGIN IMMEDIATE;
        CREATE TABLE Report (
            Id INTEGER PRIMARY KEY, Token TEXT NOT NULL, IsKnown INTEGER NOT NULL, Length INTEGER NOT NULL, ReceivedAt TEXT NOT NULL, Source TEXT NOT NULL, Peer TEXT, FileName TEXT,
            Reason TEXT, Hash BLOB NOT NULL, Raw BLOB NOT NULL) STRICT;
        PRAGMA user_version=1;
        COMMIT;
        """;

    private const string Content = "SELECT Id, Source, ReceivedAt, Token, IsKnown, Peer, FileName, Raw, Hash FROM Report";

    private const string Insert = """
        INSERT INTO Report (Id, Token, IsKnown, Length, ReceivedAt, Source, Peer, FileName, Hash, Raw)
        VALUES (@id, @token, @known, @length, @received, @source, @peer, @file, @hash, @raw)
        """;

    private readonly SqliteStore store;
    private readonly StoreWriter writer;

    private LocalQueueFile(SqliteStore store) => (this.store, writer) = (store, new StoreWriter(store));

    /// <summary>Opens the file, or creates it. Throws <see cref="InvalidDataException"/> or a <see cref="SqliteException"/> if it is damaged, <see cref="StoreException"/> if it cannot be used.</summary>
    public static async Task<LocalQueueFile> OpenAsync(string path, TimeSpan ownerTimeout, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        var options = new StorageOptions { ConnectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString(), OwnerTimeout = ownerTimeout };
        var file = new LocalQueueFile(new SqliteStore(options, clock, logger, "Spool:Path", "truncate"));
        try
        {
            await file.store.PrepareAsync(cancellationToken);
            await file.CheckAsync(cancellationToken);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether an exception means that the file is damaged.</summary>
    public static bool IsDamage(Exception? exception) =>
        exception is InvalidDataException or SqliteException { SqliteErrorCode: 1 or 11 or 26 } || (exception is StoreException && IsDamage(exception.InnerException)); // SQLITE_ERROR, _CORRUPT, _NOTADB

    public Task AppendAsync(long id, QueuedReport report) => WriteAsync(id, Insert, ("token", report.Token), ("known", report.IsKnown ? 1 : 0), ("length", report.Length), ("received", report.ReceivedAt),
        ("source", report.Source), ("peer", report.Peer ?? (object)DBNull.Value), ("file", report.FileName ?? (object)DBNull.Value), ("hash", report.Hash()), ("raw", report.Raw));

    public Task RemoveAsync(long id) => WriteAsync(id, "DELETE FROM Report WHERE Id = @id");

    public Task SetAsideAsync(long id, string reason) => WriteAsync(id, "UPDATE Report SET Reason = @reason WHERE Id = @id", ("reason", reason));

    /// <summary>Reads a record; null if there is none with this id. Throws <see cref="InvalidDataException"/> if its bytes are damaged.</summary>
    public async Task<QueuedReport?> ReadAsync(long id)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Content + " WHERE Id = @id";
        command.Add("id", id);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? Read(reader) ?? throw new InvalidDataException("Its bytes are damaged.") : null;
    }

    public async Task<List<LocalQueueEntry>> ListAsync()
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT Id, Token, IsKnown, Length, ReceivedAt, Reason IS NOT NULL FROM Report ORDER BY Id";
        await using var reader = await command.ExecuteReaderAsync();
        var entries = new List<LocalQueueEntry>();
        while (await reader.ReadAsync())
        {
            _ = DateTimeOffset.TryParse(reader.GetString(4), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var receivedAt);
            entries.Add(new LocalQueueEntry(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2) != 0, reader.GetInt32(3), receivedAt, reader.GetInt64(5) != 0));
        }
        return entries;
    }

    /// <summary>Returns the space of removed records to the disk.</summary>
    public async Task CompactAsync()
    {
        await using var connection = await store.DataSource.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA incremental_vacuum";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) // Each row frees one page.
        {
        }
    }

    /// <summary>The readable records of a damaged file: reads forwards up to the damage, then backwards.</summary>
    public static IEnumerable<(long Id, QueuedReport Report)> ReadDamaged(string path)
    {
        var seen = new HashSet<long>();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        foreach (var order in new[] { "ASC", "DESC" })
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"{Content} ORDER BY Id {order}";
            DbDataReader? reader = null;
            while (Next(connection, command, ref reader) is { } next)
            {
                if (next.Report is { } report && seen.Add(next.Id))
                    yield return (next.Id, report);
            }
            reader?.Dispose();
        }
    }

    /// <summary>Waits for pending writes and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(0).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await store.DisposeAsync();
    }

    private static (long Id, QueuedReport? Report)? Next(SqliteConnection connection, SqliteCommand command, ref DbDataReader? reader)
    {
        try
        {
            if (connection.State != System.Data.ConnectionState.Open)
            {
                connection.Open();
                using var setting = connection.CreateCommand();
                setting.CommandText = "PRAGMA writable_schema=ON"; // Without it SQLite refuses to read a truncated file.
                setting.ExecuteNonQuery();
            }
            reader ??= command.ExecuteReader();
            return reader.Read() ? (reader.GetInt64(0), Read(reader)) : null;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Null: its bytes are damaged.</summary>
    private static QueuedReport? Read(DbDataReader reader)
    {
        try
        {
            var report = new QueuedReport(reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4) != 0, Text(5), Text(6), reader.GetFieldValue<byte[]>(7));
            return reader.GetFieldValue<byte[]>(8).AsSpan().SequenceEqual(report.Hash()) ? report : null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or InvalidCastException or FormatException or OverflowException)
        {
            return null; // The column's type is not the one that was written.
        }

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private Task<int> WriteAsync(long id, string sql, params ReadOnlySpan<(string, object)> parameters) =>
        writer.WriteAsync(id.ToString("D19", CultureInfo.InvariantCulture), new StoreStatement(sql, [("id", id), .. parameters]));

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await store.DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master";
        var tables = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        command.CommandText = "PRAGMA user_version";
        var version = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if ((version, tables) is not ((0, 0) or (Version, 1)))
            throw new InvalidDataException($"Its version is {version}, and this version of the service reads version {Version}.");
        if (raw.sqlite3_db_readonly(((SqliteConnection)connection).Handle, "main") != 0)
            throw new InvalidDataException("It cannot be written.");
        command.CommandText = tables == 0 ? Schema : "PRAGMA quick_check(1)";
        if (await command.ExecuteScalarAsync(cancellationToken) is string result && result != "ok")
            throw new InvalidDataException(result);
    }
}
