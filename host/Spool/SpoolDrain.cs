using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using MtaSts.Modules.Reports;
using MtaSts.Storage;

namespace MtaSts.Host.Spool;

/// <summary>Moves spooled records into storage as soon as it answers: at the start of the process, and after each outage.</summary>
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
    /// <summary>Concurrent deliveries. Low, to limit the load on storage that has just recovered.</summary>
    private const int Width = 8;

    /// <summary>Failed deliveries after which a record is set aside, if storage answered each time and other records were delivered meanwhile.</summary>
    private const int MaxFailures = 8;

    /// <summary>A record is set aside at the earliest this long after its first failure: a store that has just recovered may answer and still fail for some records.</summary>
    private static readonly TimeSpan KeepTrying = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How often waiting reports are logged.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<long, (int Count, long First)> failures = new();
    private Queue<long>? aside;
    private long said;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (spool.Queue is not { } queue)
            return;
        try
        {
            await StartedAsync(stoppingToken);
            said = clock.GetTimestamp();
            while (true)
            {
                await DrainAsync(queue, stoppingToken);
                await watch.NewsAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start repeats unfinished work.
        }
    }

    /// <summary>Delivers until no record waits and those that were set aside have been tried.</summary>
    internal async Task DrainAsync(LocalQueue queue, CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            if (await health.CheckAsync(stop) is null)
            {
                if (watch.Rose())
                    LogUp();
                var delivered = await PassAsync(queue, stop);
                var isAsideTried = !watch.IsDown && await TryAsideAsync(queue, stop);
                if (queue.State.Records == 0 && isAsideTried)
                {
                    await CompactAsync(queue);
                    return;
                }
                pause = delivered > 0 ? FirstPause : Longer(pause);
            }
            else
            {
                pause = FirstPause; // Unavailable storage is checked again soon; the pause grows only when deliveries fail.
            }
            Say();
            await Task.Delay(pause, clock, stop);
        }
    }

    /// <summary>Tries to deliver every record once: first those that have not failed, so that a bad record delays no other.</summary>
    /// <returns>How many were delivered.</returns>
    private async Task<int> PassAsync(LocalQueue queue, CancellationToken stop)
    {
        var tally = new Tally();
        var ids = queue.Waiting().ToLookup(failures.ContainsKey);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Width, CancellationToken = stop };
        await Parallel.ForEachAsync([.. ids[false], .. ids[true]], options, async (id, _) =>
        {
            if (!tally.IsGone)
                await DeliverAsync(queue, id, tally, stop);
        });
        if (tally.Delivered > 0 || tally.Unknown > 0)
            LogDrained(tally.Delivered, tally.Unknown);
        return tally.Delivered;
    }

    private async Task DeliverAsync(LocalQueue queue, long id, Tally tally, CancellationToken stop)
    {
        try
        {
            if (await queue.ReadAsync(id) is not { } report)
                return;
            switch (await inbox.DeliverAsync(ToEnvelope(report), stop))
            {
                case Receipt.Stored stored:
                    await queue.RemoveAsync(id);
                    tally.AddDelivered();
                    metrics.Left(stored.IsNew ? "stored" : "duplicate");
                    break;
                case Receipt.UnknownToken:
                    await queue.RemoveAsync(id);
                    tally.AddUnknown();
                    metrics.Left("unknown");
                    break;
                case Receipt.Refused refused:
                    await SetAsideAsync(queue, id, refused.Reason, "aside");
                    break;
                default:
                    if (await IsGoneAsync(stop))
                        tally.IsGone = true;
                    else
                        await FailAsync(queue, id, tally);
                    return;
            }
            failures.TryRemove(id, out _);
        }
        catch (InvalidDataException exception)
        {
            await SetAsideAsync(queue, id, exception.Message, "damaged");
        }
        catch (Exception exception) when (exception is SqliteException or StoreException or StoreGoneException or IOException or UnauthorizedAccessException)
        {
            if (failures.TryAdd(id, (0, clock.GetTimestamp())))
                LogUnreadable(exception, id);
        }
    }

    /// <summary>Counts a failure: storage answers, but did not accept the record. Sets the record aside after too many.</summary>
    private async Task FailAsync(LocalQueue queue, long id, Tally tally)
    {
        var (count, first) = failures.AddOrUpdate(id, _ => (1, clock.GetTimestamp()), static (_, failure) => (failure.Count + 1, failure.First));
        if (count < MaxFailures || tally.Delivered == 0 || clock.GetElapsedTime(first) < KeepTrying)
            return;
        await SetAsideAsync(queue, id, $"Storage accepted other reports, but not this one, in {count} attempts.", "aside");
        failures.TryRemove(id, out _);
    }

    private async Task SetAsideAsync(LocalQueue queue, long id, string reason, string outcome)
    {
        await queue.SetAsideAsync(id, reason);
        metrics.Left(outcome);
        LogAside(id, reason);
    }

    /// <summary>
    /// Retries the records set aside by an earlier process once: storage or the service may have been repaired. Records that storage still refuses
    /// stay; records without a claim are deleted.
    /// </summary>
    /// <returns>False: storage is unavailable again.</returns>
    private async Task<bool> TryAsideAsync(LocalQueue queue, CancellationToken stop)
    {
        aside ??= new Queue<long>(queue.FoundAside);
        for (var refusals = 0; refusals < MaxFailures && aside.TryPeek(out var id); aside.Dequeue())
        {
            try
            {
                switch (await queue.ReadAsync(id) is { } report ? await inbox.DeliverAsync(ToEnvelope(report), stop) : null)
                {
                    case Receipt.Stored stored:
                        await queue.RemoveAsync(id);
                        metrics.Left(stored.IsNew ? "stored" : "duplicate");
                        LogAsideStored(id);
                        break;
                    case Receipt.UnknownToken:
                        await queue.RemoveAsync(id);
                        metrics.Left("unknown");
                        LogAsideUnknown(id);
                        break;
                    case Receipt.Unavailable:
                        if (await IsGoneAsync(stop))
                            return false;
                        refusals++;
                        break;
                }
            }
            catch (Exception exception) when (exception is SqliteException or StoreException or StoreGoneException or IOException or UnauthorizedAccessException or InvalidDataException)
            {
                LogAsideUnreadable(exception, id);
            }
        }
        aside.Clear(); // The others are retried at the next start.
        return true;
    }

    private async Task<bool> IsGoneAsync(CancellationToken stop)
    {
        if (await health.CheckAsync(stop) is null)
            return false;
        if (watch.Fell())
            LogGone();
        return true;
    }

    private async Task CompactAsync(LocalQueue queue)
    {
        try
        {
            await queue.CompactAsync();
        }
        catch (Exception exception) when (exception is SqliteException or StoreException or StoreGoneException or IOException)
        {
            LogNotCompacted(exception);
        }
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

    private static Envelope ToEnvelope(QueuedReport report) =>
        new(report.Source, DateTimeOffset.Parse(report.ReceivedAt, CultureInfo.InvariantCulture), report.Raw, report.Token, null, report.Peer, report.FileName);

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>Results of a pass.</summary>
    private sealed class Tally
    {
        private int delivered;
        private int unknown;
        private volatile bool isGone;

        /// <summary>Storage is unavailable again.</summary>
        public bool IsGone { get => isGone; set => isGone = value; }

        public int Delivered => Volatile.Read(ref delivered);
        public int Unknown => Volatile.Read(ref unknown);

        public void AddDelivered() => Interlocked.Increment(ref delivered);
        public void AddUnknown() => Interlocked.Increment(ref unknown);
    }

    [LoggerMessage(1921, LogLevel.Information, "Storage answers again")]
    private partial void LogUp();

    [LoggerMessage(1922, LogLevel.Warning, "Storage is unavailable again; the reports on this machine's disk stay queued")]
    private partial void LogGone();

    [LoggerMessage(1923, LogLevel.Information, "{Count} reports were taken from this machine's disk into storage; {Unknown} more belonged to no claim and were dropped")]
    private partial void LogDrained(int count, int unknown);

    [LoggerMessage(1924, LogLevel.Error, "Record {Record} of the spool was set aside: {Reason} It is tried again at the next start")]
    private partial void LogAside(long record, string reason);

    [LoggerMessage(1925, LogLevel.Warning, "The space of delivered reports could not be returned to the disk; it is used for new ones")]
    private partial void LogNotCompacted(Exception exception);

    [LoggerMessage(1926, LogLevel.Error, "Record {Record} of the spool cannot be read or removed; it is tried again")]
    private partial void LogUnreadable(Exception exception, long record);

    [LoggerMessage(1928, LogLevel.Warning, "{Hint}")]
    private partial void LogWaiting(string hint);

    [LoggerMessage(1929, LogLevel.Information, "Record {Record} of the spool, set aside by an earlier process, is in storage now")]
    private partial void LogAsideStored(long record);

    [LoggerMessage(1930, LogLevel.Warning, "Record {Record} of the spool, set aside by an earlier process, belongs to no claim and was dropped")]
    private partial void LogAsideUnknown(long record);

    [LoggerMessage(1931, LogLevel.Error, "Record {Record} of the spool, set aside by an earlier process, cannot be read or removed; it is tried again at the next start")]
    private partial void LogAsideUnreadable(Exception exception, long record);
}
