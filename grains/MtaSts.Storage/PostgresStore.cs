using System.Data.Common;
using DbUp;
using DbUp.Builder;
using Npgsql;

namespace MtaSts.Storage;

/// <summary>A PostgreSQL database, shared by all silos of a cluster.</summary>
internal sealed class PostgresStore : Store
{
    /// <summary>The advisory lock of schema changes; arbitrary, but equal in every version.</summary>
    private const long SchemaLock = 0x4d74_6153_7473_0001;

    private static readonly TimeSpan ConnectRetry = TimeSpan.FromMilliseconds(500);

    private readonly TimeProvider clock;
    private readonly TimeSpan startTimeout;
    private readonly TimeSpan ownerTimeout;
    private readonly PostgresOwner owner;
    /// <summary>Maximum number of prepared statements of a connection, unless the connection string sets it: more than the service uses, so that the server plans each statement only once.</summary>
    private const int PreparedStatements = 100;

    private readonly string connectionString;
    private readonly NpgsqlDataSource source;

    /// <param name="options">Connection and timeouts.</param>
    /// <param name="isShared">Other silos may use the database at the same time: <c>Cluster:Enabled</c>.</param>
    /// <param name="clock">Measures the waits.</param>
    public PostgresStore(StorageOptions options, bool isShared, TimeProvider clock)
    {
        this.clock = clock;
        startTimeout = options.StartTimeout;
        ownerTimeout = options.OwnerTimeout;
        var parsed = new NpgsqlConnectionStringBuilder(options.ConnectionString!);
        if (parsed.MaxAutoPrepare == 0)
            parsed.MaxAutoPrepare = PreparedStatements;
        connectionString = parsed.ConnectionString;
        source = NpgsqlDataSource.Create(connectionString);
        owner = new PostgresOwner(connectionString, isShared);
        Description = $"PostgreSQL database {parsed.Database ?? parsed.Username} at {parsed.Host}:{parsed.Port}";
    }

    public override string Invariant => "Npgsql";
    public override DbDataSource DataSource => source;
    public override int Writers => 2;
    public override string Description { get; }
    public override string Scripts => "PostgreSql";
    public override string StatesExist => "SELECT 1 WHERE to_regclass('grainstate') IS NOT NULL";

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (await TryOpenAsync(cancellationToken) is { } exception)
        {
            if (!exception.IsTransient || clock.GetElapsedTime(began) >= startTimeout)
                throw new StoreException($"{Description} cannot be opened: {exception.Message}", exception);
            await Task.Delay(ConnectRetry, cancellationToken);
        }
        began = clock.GetTimestamp();
        while (await owner.TakeAsync(cancellationToken) is { } holder)
        {
            if (clock.GetElapsedTime(began) >= ownerTimeout)
                throw new StoreException($"{Description} is in use by {holder}. {PostgresOwner.WhatToDo}");
            await Task.Delay(ConnectRetry, cancellationToken);
        }
    }

    /// <summary>The lock belongs to its connection: it is acquired again after the server was unavailable.</summary>
    public override async Task<string?> KeepAsync(CancellationToken cancellationToken) =>
        await owner.TakeAsync(cancellationToken) is { } holder ? $"{Description} was taken over by {holder} while this process had lost its connection. {PostgresOwner.WhatToDo}" : null;

    public override async ValueTask DisposeAsync()
    {
        await owner.DisposeAsync();
        await base.DisposeAsync();
    }

    public override async Task UntilThereAsync(CancellationToken cancellationToken)
    {
        while (await TryOpenAsync(cancellationToken) is { IsTransient: true })
            await Task.Delay(ConnectRetry, cancellationToken);
    }

    public override async Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT pg_advisory_lock($1)";
            command.CommandTimeout = 0; // Schema changes of other processes have no time limit.
            command.Parameters.Add(new NpgsqlParameter { Value = SchemaLock });
            await command.ExecuteNonQueryAsync(cancellationToken);
            return new SchemaLockHolder(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Not the data source's string: Npgsql omits the password from it.
    public override UpgradeEngineBuilder Migrations() =>
        DeployChanges.To.PostgresqlDatabase(connectionString).JournalToPostgresqlTable(null, "schemastep");

    /// <summary>Null when it opens; otherwise a transient error: the server is not listening yet, or starting. A wrong password or database is not transient.</summary>
    private async Task<NpgsqlException?> TryOpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            return null;
        }
        catch (NpgsqlException exception)
        {
            return exception;
        }
    }

    private sealed class SchemaLockHolder(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT pg_advisory_unlock($1)";
                command.Parameters.Add(new NpgsqlParameter { Value = SchemaLock });
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
