using MtaSts.Host.Storage;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

/// <summary>Takes what waits on the disk into storage as soon as it answers: at the process's start, and after each outage.</summary>
internal sealed partial class SpoolDrain(
    ReportSpool spool,
    SpooledInbox inbox,
    StorageWatch watch,
    IStorageHealth health,
    SpoolMetrics metrics,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<SpoolDrain> logger) : BackgroundService
{
    /// <summary>Deliveries at once: storage that has just come back has its own work to do.</summary>
    private const int Width = 8;

    /// <summary>Failed deliveries after which a record is set aside, provided that others got through meanwhile.</summary>
    private const int MaxFailures = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How often the operator's log says that reports wait.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> left = new(StringComparer.Ordinal);
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);
    private Queue<string>? aside;
    private long said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (spool.Log is not { } log)
            return;
        try
        {
            await StartedAsync(stoppingToken);
            said = clock.GetTimestamp();
            while (true)
            {
                await DrainAsync(log, stoppingToken);
                await watch.NewsAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not done is done again at the next start.
        }
    }

    /// <summary>Returns when storage answers and nothing waits that can be delivered.</summary>
    internal async Task DrainAsync(SpoolLog log, CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            if (await health.CheckAsync(stop) is null)
            {
                if (watch.Rose())
                    LogUp();
                var (delivered, waiting) = await PassAsync(log, stop);
                var isAsideTried = !watch.IsDown && await TryAsideAsync(log, stop);
                if (waiting == 0 && isAsideTried)
                    return;
                pause = delivered > 0 ? FirstPause : Longer(pause);
            }
            else
            {
                pause = FirstPause; // As often as the store may be asked.
            }
            Say();
            await Task.Delay(pause, clock, stop);
        }
    }

    /// <summary>Every record once: those that never failed first, so that a bad one holds up nobody.</summary>
    private async Task<(int Delivered, long Waiting)> PassAsync(SpoolLog log, CancellationToken stop)
    {
        var tally = new Tally();
        var segments = log.Seal();
        var failed = segments.Where(segment => segment.Failures.Count > 0).ToArray();
        foreach (var (segment, again) in segments.Where(segment => !left.Contains(segment.Name)).Select(segment => (segment, false)).Concat(failed.Select(segment => (segment, true))))
        {
            if (!await TryDrainAsync(log, segment, again, tally, stop))
                break;
        }
        if (tally.Delivered > 0 || tally.Unknown > 0)
            LogDrained(tally.Delivered, tally.Unknown);
        return (tally.Delivered, segments.Sum(segment => (long)segment.Failures.Count) + log.State.Records);
    }

    /// <returns>False: storage has gone again.</returns>
    private async Task<bool> TryDrainAsync(SpoolLog log, SpoolSegment segment, bool again, Tally tally, CancellationToken stop)
    {
        try
        {
            return await DrainAsync(log, segment, again, tally, stop);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (unreadable.Add(segment.Name))
                LogUnreadable(exception, segment.Name);
            return true;
        }
    }

    /// <summary>
    /// What an earlier process has set aside is tried once: storage or the service may have been mended. What it still will not have stays where it is; what
    /// belongs to no claim any more goes.
    /// </summary>
    /// <returns>False: storage has gone again.</returns>
    private async Task<bool> TryAsideAsync(SpoolLog log, CancellationToken stop)
    {
        aside ??= new Queue<string>(log.FoundAside);
        for (var failures = 0; failures < MaxFailures && aside.TryPeek(out var name); aside.Dequeue())
        {
            try
            {
                var contents = log.ReadAside(name);
                var receipts = new List<Receipt>();
                foreach (var record in contents.Records)
                    receipts.Add(await inbox.DeliverAsync(record.Envelope, stop));
                if (receipts.OfType<Receipt.Unavailable>().Any())
                {
                    failures++;
                    if (await health.CheckAsync(stop) is not null)
                    {
                        if (watch.Fell())
                            LogGone();
                        return false;
                    }
                }
                if (contents is { Records.Count: > 0, Damage.Count: 0, Torn: 0 } && receipts.TrueForAll(receipt => receipt is Receipt.Stored or Receipt.UnknownToken))
                {
                    log.DeleteAside(name);
                    LeaveAside(name, receipts);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                LogAsideUnreadable(exception, name);
            }
        }
        aside.Clear(); // The others have their turn at the next start.
        return true;
    }

    private void LeaveAside(string name, IEnumerable<Receipt> receipts)
    {
        foreach (var receipt in receipts)
        {
            if (receipt is Receipt.Stored stored)
            {
                metrics.Left(stored.IsNew ? "stored" : "duplicate");
                LogAsideStored(name);
            }
            else
            {
                metrics.Left("unknown");
                LogAsideUnknown(name);
            }
        }
    }

    private async Task<bool> DrainAsync(SpoolLog log, SpoolSegment segment, bool again, Tally tally, CancellationToken stop)
    {
        var contents = log.Read(segment, out var bytes);
        if (contents is null or { IsNewer: true })
        {
            left.Add(segment.Name);
            LogLeft(segment.Name, contents is null ? "it is larger than any this service writes" : "a newer version of the service wrote it");
            return true;
        }
        var due = contents.Records.Where(record => !segment.Done.Contains(record.Offset) && segment.Failures.ContainsKey(record.Offset) == again);
        foreach (var batch in due.Chunk(Width).ToArray())
        {
            var receipts = await Task.WhenAll(batch.Select(record => inbox.DeliverAsync(record.Envelope, stop)));
            for (var i = 0; i < batch.Length; i++)
                Settle(log, segment, batch[i], receipts[i], tally);
            if (receipts.All(receipt => receipt is Receipt.Unavailable) && await health.CheckAsync(stop) is not null)
            {
                if (watch.Fell())
                    LogGone();
                return false;
            }
        }
        if (contents.Records.All(record => segment.Done.Contains(record.Offset)))
            Finish(log, segment, contents, bytes);
        return true;
    }

    private void Settle(SpoolLog log, SpoolSegment segment, SpoolRecord record, Receipt receipt, Tally tally)
    {
        switch (receipt)
        {
            case Receipt.Stored stored:
                tally.Delivered++;
                metrics.Left(stored.IsNew ? "stored" : "duplicate");
                break;
            case Receipt.UnknownToken:
                tally.Unknown++;
                metrics.Left("unknown");
                break;
            case Receipt.Refused refused:
                SetAside(log, segment, record, refused.Reason);
                break;
            default:
                var failures = segment.Failures[record.Offset] = segment.Failures.GetValueOrDefault(record.Offset) + 1;
                if (failures < MaxFailures || tally.Delivered == 0)
                    return;
                SetAside(log, segment, record, $"Storage answers, and takes other reports, but not this one, after {failures} attempts.");
                break;
        }
        log.Done(segment, record.Offset);
    }

    private void SetAside(SpoolLog log, SpoolSegment segment, SpoolRecord record, string reason)
    {
        log.KeepAside(segment, record, reason);
        metrics.Left("aside");
        LogAside(segment.Name, record.Offset, reason);
    }

    private void Finish(SpoolLog log, SpoolSegment segment, SegmentContents contents, ReadOnlyMemory<byte> bytes)
    {
        foreach (var stretch in contents.Damage)
        {
            log.KeepDamaged(segment, stretch, bytes);
            metrics.Left("damaged");
            LogDamaged(segment.Name, stretch.Offset, stretch.Length);
        }
        log.Delete(segment);
    }

    private async Task StartedAsync(CancellationToken stop)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(stop);
    }

    private void Say()
    {
        if (clock.GetElapsedTime(said) < SayEvery || spool.Now is not { Waiting: > 0, Hint: { } hint })
            return;
        said = clock.GetTimestamp();
        LogWaiting(hint);
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>What a pass has done so far.</summary>
    private sealed class Tally
    {
        public int Delivered { get; set; }
        public int Unknown { get; set; }
    }

    [LoggerMessage(1921, LogLevel.Information, "Storage answers again")]
    private partial void LogUp();

    [LoggerMessage(1922, LogLevel.Warning, "Storage has gone again; the reports on this machine's disk wait on")]
    private partial void LogGone();

    [LoggerMessage(1923, LogLevel.Information, "{Count} reports were taken from this machine's disk into storage; {Unknown} more belonged to no claim and were dropped")]
    private partial void LogDrained(int count, int unknown);

    [LoggerMessage(1924, LogLevel.Error, "Segment {Segment} of the spool: the record at {Offset} was set aside in aside/: {Reason}")]
    private partial void LogAside(string segment, int offset, string reason);

    [LoggerMessage(1925, LogLevel.Error, "Segment {Segment} of the spool: {Length} bytes at {Offset} are damaged; they are kept in damaged/")]
    private partial void LogDamaged(string segment, int offset, int length);

    [LoggerMessage(1926, LogLevel.Error, "Segment {Segment} of the spool cannot be read or cleared; it is tried again")]
    private partial void LogUnreadable(Exception exception, string segment);

    [LoggerMessage(1927, LogLevel.Error, "Segment {Segment} of the spool is left as it is: {Why}")]
    private partial void LogLeft(string segment, string why);

    [LoggerMessage(1928, LogLevel.Warning, "{Hint}")]
    private partial void LogWaiting(string hint);

    [LoggerMessage(1929, LogLevel.Information, "{Name}, set aside by an earlier process, stands in storage now")]
    private partial void LogAsideStored(string name);

    [LoggerMessage(1930, LogLevel.Warning, "{Name}, set aside by an earlier process, belongs to no claim any more and was dropped")]
    private partial void LogAsideUnknown(string name);

    [LoggerMessage(1931, LogLevel.Error, "{Name}, set aside by an earlier process, cannot be read or cleared; it is tried again at the next start")]
    private partial void LogAsideUnreadable(Exception exception, string name);
}
