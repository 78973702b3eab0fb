using System.Data.Common;
using Microsoft.Data.Sqlite;
using MtaSts.Peers;
using Npgsql;

namespace MtaSts.EndToEnd.Fire;

/// <summary>A store that can be made to fail from outside, in the ways that the real one fails.</summary>
internal interface IFireStore : IAsyncDisposable
{
    /// <summary>The host's settings.</summary>
    (string, string)[] Settings { get; }

    /// <summary>What was done to it so far.</summary>
    string Told { get; }

    int Faults { get; }

    /// <summary>Called when the host runs for the first time.</summary>
    void Use(HostProcess host);

    /// <summary>Lets it fail once, in a way that the dice choose; ends when it is well again.</summary>
    Task FailAsync(Random random);

    /// <summary>A connection past all faults.</summary>
    DbConnection Open();

    /// <summary>SQL that reads a column of bytes as text.</summary>
    string Text(string column);
}

/// <summary>SQLite whose write lock somebody else holds for longer than a writer waits.</summary>
internal sealed class LockedSqlite : IFireStore
{
    private const int Patience = 1; // seconds
    private string? file;

    public (string, string)[] Settings => [("Storage:ConnectionString", $"Data Source=data/mtasts.db;Default Timeout={Patience}")];

    public string Told => $"write lock held {Faults} times";

    public int Faults { get; private set; }

    public void Use(HostProcess host) => file = Path.Combine(host.WorkingDirectory, "data", "mtasts.db");

    public async Task FailAsync(Random random)
    {
        await using var connection = Open();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout=20000; BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        Faults++;
        await Task.Delay(TimeSpan.FromSeconds(Patience * (0.5 + (2 * random.NextDouble()))));
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();
    }

    public DbConnection Open() => new SqliteConnection($"Data Source={file};Pooling=false");

    public string Text(string column) => $"CAST({column} AS TEXT)";

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>PostgreSQL behind a network that fails, and a server that is stopped.</summary>
internal sealed class UnreliablePostgres : IFireStore
{
    private const int Patience = 2; // seconds
    private const int MostLost = 8;
    private readonly PostgresServer server;
    private readonly FaultyRelay relay;
    private readonly string direct;
    private int holds;
    private int cuts;
    private int stops;

    private UnreliablePostgres(PostgresServer server, string direct)
    {
        this.server = server;
        this.direct = direct;
        relay = new FaultyRelay(new NpgsqlConnectionStringBuilder(direct).Port);
    }

    public (string, string)[] Settings =>
    [
        ("Storage:Provider", "PostgreSql"),
        ("Storage:ConnectionString", new NpgsqlConnectionStringBuilder(direct) { Port = relay.Port, Timeout = Patience, CommandTimeout = Patience }.ConnectionString),
    ];

    public string Told => $"{relay.LostAnswers} commits whose answer was lost, {cuts} times every connection cut ({relay.Cut}), {holds} times held up, {stops} times stopped";

    public int Faults => relay.LostAnswers + cuts + holds + stops;

    public static async Task<UnreliablePostgres> StartAsync()
    {
        var server = await PostgresServer.StartAsync(durable: true);
        return new UnreliablePostgres(server, await server.CreateDatabaseAsync());
    }

    public void Use(HostProcess host)
    {
        // It is reached through the relay.
    }

    public async Task FailAsync(Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                stops++;
                await server.StopAsync();
                await server.StartAgainAsync();
                break;
            case <= 3:
                holds++;
                await relay.HoldAsync(TimeSpan.FromSeconds(Patience * 2 * random.NextDouble()));
                break;
            case <= 6:
                cuts++;
                relay.CutAll();
                break;
            default:
                relay.LoseAnswers(random.Next(1, MostLost + 1));
                break;
        }
    }

    public DbConnection Open() => new NpgsqlConnection(direct + ";Pooling=false");

    public string Text(string column) => $"convert_from({column}, 'UTF8')";

    public async ValueTask DisposeAsync()
    {
        await relay.DisposeAsync();
        await server.DisposeAsync();
    }
}
