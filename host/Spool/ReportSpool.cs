using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Spool;

/// <summary>This process's spool: opened before anything listens, closed after all else.</summary>
internal sealed partial class ReportSpool(IOptions<SpoolOptions> options, IOptions<StorageOptions> storage, TimeProvider clock, ILogger<ReportSpool> logger) : IReportSpool, IDisposable
{
    private const string Folder = "spool";

    /// <summary>How often the disk's free room is looked at: early enough for the operator to act before the spool is needed.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    /// <summary>How often a folder that another process uses is tried again.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private string? path;
    private volatile string? problem;
    private ITimer? look;

    /// <summary>Null where there is none: switched off, or not to be had.</summary>
    public SpoolLog? Log { get; private set; }

    public SpoolView Now
    {
        get
        {
            var (records, bytes, since, setAside) = Log?.State ?? default;
            return new SpoolView(path, problem, records, bytes, since, setAside);
        }
    }

    /// <summary>
    /// A folder that the operator named must be usable, or the start fails, unless its disk is full. The default one may not be (a read-only installation): the
    /// service runs without, and says so wherever it can. Again: nothing.
    /// </summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (!TryOpen(isLast: clock.GetElapsedTime(began) >= storage.Value.OwnerTimeout))
            await Task.Delay(LookAgain, clock, cancellationToken);
    }

    /// <returns>False: another process uses the folder, and this is not the last try.</returns>
    private bool TryOpen(bool isLast)
    {
        if (options.Value.SourceIds.Count == 0 || path is not null)
            return true;
        var wanted = Path.GetFullPath(options.Value.Path ?? DefaultPath());
        try
        {
            if (SpoolFolder.Open(wanted, clock.GetUtcNow()) is not { } folder)
                return isLast ? throw new IOException($"{wanted} is in use by {SpoolFolder.Holder(wanted)}.") : false;
            path = wanted;
            try
            {
                Log = new SpoolLog(folder, options.Value);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            path = wanted;
            problem = $"Reports cannot be kept on this machine's disk while storage does not answer: {(DiskFull.Is(exception) ? "the disk is full. Free space there." : exception.Message)} "
                + "Set Spool:Path to a folder that this process alone can write, or Spool:Sources to nothing.";
            if (options.Value.Path is not null && !DiskFull.Is(exception)) // Policies are served from a full disk.
                throw new StoreException(problem, exception);
            LogUnusable(problem);
            return true;
        }
        if (Log.State is { Records: > 0 and var records, Since: { } since })
            LogFound(records, path, since);
        Look(Log);
        look = clock.CreateTimer(_ => Look(Log), null, LookEvery, LookEvery);
        return true;
    }

    public void Dispose()
    {
        look?.Dispose();
        Log?.Dispose();
    }

    private void Look(SpoolLog log)
    {
        try
        {
            var (free, least) = (log.FreeBytes, options.Value.MinFreeBytes);
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
            // Cannot be told; whether the disk takes something is seen when it has to.
        }
    }

    private string DefaultPath()
    {
        if (storage.Value.Provider != StorageProvider.Sqlite)
            return Path.Combine("data", Folder);
        return Path.Combine(Path.GetDirectoryName(SqliteFile.PathOf(storage.Value.ConnectionString ?? StorageOptions.DefaultSqlite)) ?? "data", Folder);
    }

    [LoggerMessage(1901, LogLevel.Warning, "{Problem}")]
    private partial void LogUnusable(string problem);

    [LoggerMessage(1903, LogLevel.Information, "There is room for reports in {Path} again")]
    private partial void LogRoom(string path);

    [LoggerMessage(1902, LogLevel.Warning, "{Count} reports have waited in {Path} since {Since}; they are counted now")]
    private partial void LogFound(long count, string path, DateTimeOffset since);
}

/// <summary>Opens the spool before anything else starts: what cannot work is said before a silo has joined.</summary>
internal sealed class SpoolStartup(ReportSpool spool) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => spool.OpenAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
