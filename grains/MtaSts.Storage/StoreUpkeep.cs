namespace MtaSts.Storage;

/// <summary>
/// Removes deleted data from the store's files, regularly while the process runs and once at shutdown, and ends the process when the store
/// was taken over by another process.
/// </summary>
internal sealed partial class StoreUpkeep(Store store, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<StoreUpkeep> logger) : BackgroundService
{
    /// <summary>How long deleted data may remain in the write-ahead log. A pass costs one disk sync, and nothing when nothing was written.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock, stoppingToken);
                await KeepAsync(stoppingToken);
                await ForgetDeletedAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            await ForgetDeletedAsync(CancellationToken.None);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await store.KeepAsync(cancellationToken) is not { } problem)
                return;
            LogLost(problem);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Storage unavailable: retried in a minute, and reported by storage health.
        }
    }

    private async Task ForgetDeletedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.ForgetDeletedAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, store.Description);
        }
    }

    [LoggerMessage(1019, LogLevel.Critical, "{Problem} This process stops")]
    private partial void LogLost(string problem);

    [LoggerMessage(1015, LogLevel.Warning, "{Store}: the write-ahead log could not be truncated; deleted data stays in it until the next attempt")]
    private partial void LogFailed(Exception exception, string store);
}
