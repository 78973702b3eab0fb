using System.Globalization;
using Npgsql;

namespace MtaSts.Storage;

/// <summary>
/// Prevents independent processes from using one database: an advisory lock, shared among the silos of a cluster and exclusive for a single process.
/// It belongs to one connection, which stays open. The server releases it when the connection ends, and detects a dead connection by TCP keep-alive.
/// </summary>
internal sealed class PostgresOwner(string connectionString, bool isShared) : IAsyncDisposable
{
    public const string WhatToDo = "Silos may share a database when each has Cluster:Enabled=true; a process without it needs the database for itself. Stop the other, or set "
        + "Storage:ConnectionString to another database. Behind a connection pooler in transaction mode, connect to the server itself.";

    /// <summary>Arbitrary, but equal in every version and different from the key of schema changes.</summary>
    private const long Key = 0x4d74_6153_7473_0002;

    // A machine that crashed without closing its connection holds the lock for one minute instead of two hours, the system's default.
    private const string KeepAlive = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

    private readonly string connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        ApplicationName = string.Create(CultureInfo.InvariantCulture, $"MtaSts process {Environment.ProcessId} on {Environment.MachineName}"),
    }.ToString();

    private NpgsqlConnection? connection;

    /// <summary>Acquires the lock, or verifies that it is still held. Throws when the server does not respond.</summary>
    /// <returns>Null when this process holds it, otherwise the holder.</returns>
    public async Task<string?> TakeAsync(CancellationToken cancellationToken)
    {
        if (connection is not null)
        {
            try
            {
                await ExecuteAsync("SELECT 1", cancellationToken);
                return null;
            }
            catch (NpgsqlException)
            {
                await DisposeAsync();
            }
        }
        connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(KeepAlive, cancellationToken);
            if (await ExecuteAsync($"SELECT pg_try_advisory_lock{(isShared ? "_shared" : "")}({Key.ToString(CultureInfo.InvariantCulture)})", cancellationToken) is true)
                return null;
            var holder = await ExecuteAsync(
                $"""
                SELECT coalesce(nullif(a.application_name, ''), 'another process') || ' since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.granted AND l.classid = {(uint)(Key >> 32)} AND l.objid = {(uint)(Key & 0xffff_ffff)} AND a.datname = current_database()
                LIMIT 1
                """, cancellationToken) as string;
            await DisposeAsync();
            return holder ?? "another process";
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
        connection = null;
    }

    private async Task<object?> ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        await using var command = connection!.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
