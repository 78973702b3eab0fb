namespace MtaSts.Storage;

/// <summary>Checks the store by writing to it; concurrent callers share one check.</summary>
internal sealed partial class StorageHealth(Store store, TimeProvider clock, ILogger<StorageHealth> logger) : IStorageHealth
{
    /// <summary>How long a result is valid.</summary>
    internal static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    /// <summary>A slower store counts as unavailable.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>How often a persistent problem is logged.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(5);

    private const string FullText = "The disk of the store is full: policies are served, changes and reports are refused. Free space on that disk.";

    private const string FailedText = "The store cannot be written. The log of the service has the cause. Correct it (the database server, the permissions of the file, its disk). The service then continues automatically.";

    private readonly Lock gate = new();
    private Task<StorageProblem?>? last;
    private long lastBegan;
    private StorageProblem? told;
    private long toldAt;

    public Task<StorageProblem?> CheckAsync(CancellationToken cancellationToken)
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

    private static async Task<StorageProblem?> WaitAsync(Task<StorageProblem?> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new StorageProblem($"The store did not answer within {Limit.TotalSeconds:0} s. Check whether the database server is running and whether its disk is overloaded. The service continues automatically when the store responds.");
        }
    }

    private async Task<StorageProblem?> ProbeAsync()
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
            return Told(await command.ExecuteScalarAsync() is > 0L ? null : new StorageProblem("The store did not return what was written."), null);
        }
        catch (Exception exception)
        {
            if (exception is StoreGoneException)
                return Told(new StorageProblem(exception.Message), exception);
            // The cause is only logged: unauthenticated clients can request the result.
            var isReadable = await IsReadableAsync();
            return Told(DiskFull.Is(exception) ? new StorageProblem(FullText, isReadable, IsFull: true) : new StorageProblem(FailedText, isReadable), exception);
        }
    }

    private async Task<bool> IsReadableAsync()
    {
        try
        {
            await using var connection = await store.DataSource.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM GrainState LIMIT 1";
            await command.ExecuteScalarAsync();
            return true;
        }
        catch (Exception)
        {
            return false; // The cause of the failed write is logged.
        }
    }

    /// <summary>Logs a change at once and a persistent state only at intervals, so that the log does not fill the disk.</summary>
    private StorageProblem? Told(StorageProblem? problem, Exception? exception)
    {
        if (problem == told && (problem is null || clock.GetElapsedTime(toldAt) < TellEvery))
            return problem;
        if (problem is null)
            LogWorks(store.Description);
        else if (problem.IsFull)
            LogFull(store.Description);
        else if (exception is StoreGoneException)
            LogGone(store.Description, problem.Text);
        else
            LogFailed(exception, store.Description);
        (told, toldAt) = (problem, clock.GetTimestamp());
        return problem;
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "{Store} cannot be written; changes are refused until it can be written again")]
    private partial void LogFailed(Exception? exception, string store);

    [LoggerMessage(EventId = 1017, Level = LogLevel.Error, Message = "{Store}: its disk is full. Policies are served; changes and reports are refused until space is available. Free space on that disk")]
    private partial void LogFull(string store);

    [LoggerMessage(EventId = 1024, Level = LogLevel.Error, Message = "{Store}: {Problem}")]
    private partial void LogGone(string store, string problem);

    [LoggerMessage(EventId = 1018, Level = LogLevel.Information, Message = "{Store} can be written again; changes and reports are accepted")]
    private partial void LogWorks(string store);
}
