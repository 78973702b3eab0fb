namespace MtaSts.Peers;

/// <summary>An empty store, deleted when disposed: values for the settings <c>Storage:Provider</c> and <c>Storage:ConnectionString</c>.</summary>
public abstract class TempStore : IAsyncDisposable
{
    /// <summary>Value of <c>Storage:Provider</c>.</summary>
    public abstract string Provider { get; }

    /// <summary>Value of <c>Storage:ConnectionString</c>.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>Both, as configuration entries.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Storage:Provider"] = Provider,
        ["Storage:ConnectionString"] = ConnectionString,
    };

    /// <summary>A new SQLite file in a temporary folder.</summary>
    public static TempStore Sqlite() => new SqliteTemp();

    /// <summary>A new database on this process's PostgreSQL server. Ends the test without a server, see <see cref="Peer"/>.</summary>
    public static async Task<TempStore> PostgresAsync()
    {
        var server = await PostgresServer.Shared;
        return new PostgresTemp(server, await server.CreateDatabaseAsync());
    }

    public abstract ValueTask DisposeAsync();

    private sealed class SqliteTemp : TempStore
    {
        private readonly TempFolder folder = new();

        public override string Provider => "Sqlite";
        public override string ConnectionString => $"Data Source={folder["mtasts.db"]}";

        public override ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class PostgresTemp(PostgresServer server, string connectionString) : TempStore
    {
        public override string Provider => "PostgreSql";
        public override string ConnectionString => connectionString;

        public override async ValueTask DisposeAsync() => await server.DropDatabaseAsync(connectionString);
    }
}
