using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Storage;

namespace MtaSts.Host.Spool;

/// <summary>This process's spool: opened before any listener, closed last.</summary>
internal sealed partial class ReportSpool(IOptions<SpoolOptions> options, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<ReportSpool> logger) : IReportSpool, IAsyncDisposable
{
    private const string Folder = "spool";

    /// <summary>How often the disk's free space is checked, so that the operator can act before the spool is needed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private string? path;
    private volatile string? problem;
    private ITimer? look;

    /// <summary>Null without a spool: disabled, or its folder unusable.</summary>
    public LocalQueue? Queue { get; private set; }

    public SpoolView Now => Queue?.State is { } state
        ? new SpoolView(path, problem, state.Records, state.Bytes, state.Since, state.SetAside, state.DamagedFiles, Math.Max((double)state.Bytes / options.Value.MaxBytes, (double)state.Records / options.Value.MaxRecords))
        : new SpoolView(path, problem, 0, 0, null, 0, []);

    /// <summary>
    /// Opens the spool. If a configured folder is unusable, the start fails, unless its disk is full. If the default folder is unusable (a read-only
    /// installation), the service runs without a spool and reports it. Further calls do nothing.
    /// </summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.SourceIds.Count == 0 || path is not null)
            return;
        path = Path.GetFullPath(options.Value.Path ?? DefaultPath());
        try
        {
            var limits = new LocalQueueLimits(options.Value.MaxBytes, options.Value.MaxRecords, options.Value.MinFreeBytes);
            Queue = await LocalQueue.OpenAsync(path, limits, storage.Value.OwnerTimeout, clock, logger, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreException or IOException or UnauthorizedAccessException)
        {
            problem = $"Reports cannot be kept on this machine's disk while storage does not answer: {(DiskFull.Is(exception) ? "the disk is full. Free space there." : exception.Message)} "
                + "Set Spool:Path to a folder that this process alone can write, or Spool:Sources to nothing.";
            if (options.Value.Path is not null && !DiskFull.Is(exception)) // Policies are served even if the disk is full.
                throw new StoreException(problem, exception);
            LogUnusable(problem);
            return;
        }
        if (Queue.State is { Records: > 0 and var records, Since: { } since })
            LogFound(records, path, since);
        Look(Queue);
        look = clock.CreateTimer(_ => Look(Queue), null, LookEvery, LookEvery);
    }

    public async ValueTask DisposeAsync()
    {
        if (look is not null)
            await look.DisposeAsync();
        if (Queue is not null)
            await Queue.DisposeAsync();
    }

    private void Look(LocalQueue queue)
    {
        try
        {
            queue.FindDamaged();
            var (free, least) = (queue.FreeBytes, options.Value.MinFreeBytes);
            if (free < least)
            {
                var isNew = problem is null;
                problem = $"Reports cannot be kept on this machine's disk while storage does not answer: {free} bytes are free there, less than Spool:MinFreeBytes, {least}. "
                    + "Make room on the disk, or lower Spool:MinFreeBytes.";
                if (isNew)
                    LogUnusable(problem);
            }
            else if (problem is not null)
            {
                problem = null;
                LogRoom(path!);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Unknown; a write will show whether the disk is full.
        }
    }

    private string DefaultPath()
    {
        if (storage.Value.Provider != StorageProvider.Sqlite)
            return Path.Combine(AbsolutePaths.Folder, "data", Folder);
        return Path.Combine(Path.GetDirectoryName(SqliteFile.PathOf(storage.Value.ConnectionString ?? StorageOptions.DefaultSqlite)) ?? "data", Folder);
    }

    [LoggerMessage(1901, LogLevel.Warning, "{Problem}")]
    private partial void LogUnusable(string problem);

    [LoggerMessage(1903, LogLevel.Information, "There is room for reports in {Path} again")]
    private partial void LogRoom(string path);

    [LoggerMessage(1902, LogLevel.Warning, "{Count} reports have been queued in {Path} since {Since}; they are being delivered to storage")]
    private partial void LogFound(long count, string path, DateTimeOffset since);
}

/// <summary>Opens the spool before anything else starts, so that errors are reported before the silo joins.</summary>
internal sealed class SpoolStartup(ReportSpool spool) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => spool.OpenAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
