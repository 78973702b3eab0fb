namespace MtaSts.Host.Storage;

/// <summary>Asks the store by writing to it; one check at a time, whoever asks.</summary>
internal sealed partial class StorageHealth(Store store, TimeProvider clock, ILogger<StorageHealth> logger) : IStorageHealth
{
    /// <summary>How long an answer is good for.</summary>
    internal static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>A store that takes longer is of no use to those who wait for it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly Lock gate = new();
    private Task<string?>? last;
    private long lastBegan;

    public Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && clock.GetElapsedTime(lastBegan) >= Freshness))
            {
                lastBegan = clock.GetTimestamp();
                // Off the caller's thread: the SQLite driver is synchronous.
                last = Task.Run(ProbeAsync, CancellationToken.None);
            }
            return WaitAsync(last, cancellationToken);
        }
    }

    private static async Task<string?> WaitAsync(Task<string?> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return $"The store did not answer within {Limit.TotalSeconds:0} s.";
        }
    }

    private async Task<string?> ProbeAsync()
    {
        try
        {
            await using var connection = await store.DataSource.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO StoreCheck (Id, Count) VALUES (1, 1)
                ON CONFLICT (Id) DO UPDATE SET Count = StoreCheck.Count + 1
                RETURNING Count
                """;
            return await command.ExecuteScalarAsync() is > 0L ? null : "The store did not return what was written.";
        }
        catch (Exception exception)
        {
            LogFailed(exception, store.Description);
            return "The store cannot be written."; // Why stands in the log: strangers may ask too.
        }
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "{Store} cannot be written")]
    private partial void LogFailed(Exception exception, string store);
}
