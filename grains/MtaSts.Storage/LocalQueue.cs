using System.Globalization;

namespace MtaSts.Storage;

/// <summary>
/// Reports on this machine's disk that wait for the store. A record is durable when its append has completed; concurrent appends share a transaction. If the file is damaged, moved or
/// replaced, the file that is then at its path is kept under another name in the same folder, its readable records are copied to a new file, and the queue continues with that.
/// </summary>
internal sealed partial class LocalQueue : IAsyncDisposable
{
    /// <summary>Maximum bytes of reports that wait for the disk. Beyond it senders are asked to retry, because a slow disk must not fill the memory.</summary>
    private const int MaxPendingBytes = 64 << 20;

    /// <summary>Records copied from a damaged file in one transaction.</summary>
    private const int CopyRecords = 64;

    private const string FileName = "spool.db";
    private const string DamagedFiles = "damaged-*.db";

    private readonly string folder;
    private readonly string path;
    private readonly LocalQueueLimits limits;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly LocalQueueQuota quota;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly SortedDictionary<long, LocalQueueEntry> waiting = [];
    private readonly SortedDictionary<long, LocalQueueEntry> aside = [];
    private (IReadOnlyList<string> Names, long Bytes) damaged = ([], 0);
    private long nextId = 1;
    private long pendingBytes;
    private bool closed;
    private LocalQueueFile? file;

    private LocalQueue(string folder, LocalQueueLimits limits, TimeProvider clock, ILogger logger)
    {
        (this.folder, path, this.limits, this.clock, this.logger) = (folder, Path.Combine(folder, FileName), limits, clock, logger);
        quota = new LocalQueueQuota(limits);
    }

    /// <summary>Records that an earlier process has set aside.</summary>
    public IReadOnlyList<long> FoundAside { get; private set; } = [];

    /// <summary>Free on the disk, in bytes.</summary>
    public long FreeBytes => new DriveInfo(folder).AvailableFreeSpace;

    public LocalQueueState State
    {
        get
        {
            lock (gate)
                return new(waiting.Count, Used, waiting.Select(static entry => (DateTimeOffset?)entry.Value.ReceivedAt).FirstOrDefault(), aside.Count, damaged.Names);
        }
    }

    private long Used => quota.Total.Bytes + aside.Values.Sum(static entry => (long)entry.Length) + damaged.Bytes;

    /// <summary>Opens the queue in a folder, and creates it if it is missing. Throws <see cref="StoreException"/>, <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> if it cannot be used.</summary>
    public static async Task<LocalQueue> OpenAsync(string folder, LocalQueueLimits limits, TimeSpan ownerTimeout, TimeProvider clock, ILogger logger, CancellationToken cancellationToken)
    {
        PrivateFiles.MakeFolder(folder);
        // A restored backup or another tool may have left it readable by other users.
        foreach (var name in Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Prepend(folder))
        {
            if (PrivateFiles.Narrow(name) is { } problem)
                throw new UnauthorizedAccessException(problem);
        }
        var queue = new LocalQueue(folder, limits, clock, logger);
        await queue.ReopenAsync(null, null, ownerTimeout, cancellationToken);
        lock (queue.gate)
            queue.FoundAside = [.. queue.aside.Keys];
        return queue;
    }

    /// <summary>Completes when the report is on the disk, or returns why it is not.</summary>
    public async Task<AppendResult> AppendAsync(QueuedReport report)
    {
        LocalQueueEntry entry;
        lock (gate)
        {
            if (closed)
                return new AppendResult.Full("stopping");
            if (pendingBytes > 0 && pendingBytes + report.Length > MaxPendingBytes)
                return new AppendResult.Full("busy");
            if (quota.Refusal(report.Token, report.Length, report.IsKnown, Used) is { } why)
                return new AppendResult.Full(why);
            entry = new LocalQueueEntry(nextId++, report.Token, report.IsKnown, report.Length, DateTimeOffset.Parse(report.ReceivedAt, CultureInfo.InvariantCulture), false);
            Count(entry);
            pendingBytes += entry.Length;
        }
        var result = await WriteAsync(entry.Id, report);
        lock (gate)
        {
            pendingBytes -= entry.Length;
            if (result is not AppendResult.Stored || !waiting.TryAdd(entry.Id, entry))
                quota.Remove(entry.Token, entry.Length, entry.IsKnown);
        }
        return result;
    }

    /// <summary>Ids of the waiting records, in order.</summary>
    public long[] Waiting()
    {
        lock (gate)
            return [.. waiting.Keys];
    }

    /// <summary>Reads a record; null if it was removed. Throws <see cref="InvalidDataException"/> if its bytes are damaged.</summary>
    public Task<QueuedReport?> ReadAsync(long id) => UseAsync(file => file.ReadAsync(id));

    /// <summary>Removes a record that the store holds, or that belongs to no claim.</summary>
    public async Task RemoveAsync(long id)
    {
        await UseAsync(async file => { await file.RemoveAsync(id); return true; });
        lock (gate)
        {
            aside.Remove(id);
            if (waiting.Remove(id, out var entry))
                quota.Remove(entry.Token, entry.Length, entry.IsKnown);
        }
    }

    /// <summary>Keeps a record with the reason why it is not delivered. It is tried again at the next start.</summary>
    public async Task SetAsideAsync(long id, string reason)
    {
        await UseAsync(async file => { await file.SetAsideAsync(id, reason); return true; });
        lock (gate)
        {
            if (!waiting.Remove(id, out var entry))
                return;
            quota.Remove(entry.Token, entry.Length, entry.IsKnown);
            aside.Add(id, entry);
        }
    }

    /// <summary>Returns the space of removed records to the disk.</summary>
    public Task CompactAsync() => UseAsync(async file => { await file.CompactAsync(); return true; });

    /// <summary>Looks for damaged files that were removed or recovered since.</summary>
    public void FindDamaged()
    {
        var files = new DirectoryInfo(folder).GetFiles(DamagedFiles);
        lock (gate)
            damaged = ([.. files.Select(static file => file.Name).Order(StringComparer.Ordinal)], files.Sum(static file => file.Length));
    }

    /// <summary>Refuses further appends, waits for the pending ones and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
            closed = true;
        await opening.WaitAsync();
        if (file is not null)
            await file.DisposeAsync();
        file = null;
        opening.Release();
    }

    private async Task<AppendResult> WriteAsync(long id, QueuedReport report)
    {
        try
        {
            if (FreeBytes < limits.MinFreeBytes + Interlocked.Read(ref pendingBytes))
                return new AppendResult.Full("disk");
            await UseAsync(async file => { await file.AppendAsync(id, report); return true; });
            return new AppendResult.Stored();
        }
        catch (Exception exception)
        {
            return new AppendResult.Failed(exception);
        }
    }

    /// <summary>Uses the file. If it turns out to be damaged, moved or replaced, the operation is repeated with a new file.</summary>
    private async Task<T> UseAsync<T>(Func<LocalQueueFile, Task<T>> use)
    {
        var current = file;
        Exception? problem = null;
        try
        {
            if (current is not null)
                return await use(current);
        }
        catch (Exception exception) when (exception is StoreGoneException or StoreException || (exception is not InvalidDataException && LocalQueueFile.IsDamage(exception)))
        {
            problem = exception;
        }
        return await use(await ReopenAsync(current, problem, TimeSpan.Zero, CancellationToken.None));
    }

    /// <summary>Opens the file, or replaces the one in use unless another caller has done so.</summary>
    private async Task<LocalQueueFile> ReopenAsync(LocalQueueFile? current, Exception? problem, TimeSpan ownerTimeout, CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (file is not null && file != current)
                return file;
            if (closed || !Directory.Exists(folder))
                throw new StoreException(closed ? "The spool is closed." : $"{folder} was removed or moved while the service runs. Put it back, or restart the service.");
            file = null;
            string? kept = null;
            if (current is not null)
            {
                LogUnusable(problem, path);
                await current.DisposeAsync();
                kept = KeepAside();
            }
            LocalQueueFile opened;
            try
            {
                opened = await LocalQueueFile.OpenAsync(path, ownerTimeout, clock, logger, cancellationToken);
            }
            catch (Exception exception) when (LocalQueueFile.IsDamage(exception))
            {
                LogUnusable(exception, path);
                kept = KeepAside();
                opened = await LocalQueueFile.OpenAsync(path, ownerTimeout, clock, logger, cancellationToken);
            }
            try
            {
                if (kept is not null)
                    LogKept(path, kept, await CopyAsync(kept, opened));
                await LoadAsync(opened);
            }
            catch
            {
                await opened.DisposeAsync();
                throw;
            }
            return file = opened;
        }
        finally
        {
            opening.Release();
        }
    }

    private async Task LoadAsync(LocalQueueFile opened)
    {
        var entries = await opened.ListAsync();
        FindDamaged();
        lock (gate)
        {
            foreach (var entry in waiting.Values)
                quota.Remove(entry.Token, entry.Length, entry.IsKnown);
            waiting.Clear();
            aside.Clear();
            foreach (var entry in entries)
            {
                (entry.IsSetAside ? aside : waiting).Add(entry.Id, entry);
                if (!entry.IsSetAside)
                    Count(entry);
                nextId = Math.Max(nextId, entry.Id + 1);
            }
        }
    }

    /// <summary>Renames the file and its journal. The number in the name keeps it unique if another file was kept in the same second.</summary>
    /// <returns>Its new path; null if there is none.</returns>
    private string? KeepAside()
    {
        if (!File.Exists(path))
            return null;
        string kept;
        var number = 0;
        do
            kept = Path.Combine(folder, DamagedFiles.Replace("*", string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{number++}"), StringComparison.Ordinal));
        while (File.Exists(kept));
        foreach (var suffix in new[] { "-journal", "" })
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, kept + suffix);
        }
        return kept;
    }

    private static async Task<int> CopyAsync(string kept, LocalQueueFile opened)
    {
        var count = 0;
        foreach (var records in LocalQueueFile.ReadDamaged(kept).Chunk(CopyRecords))
        {
            await Task.WhenAll(records.Select(record => opened.AppendAsync(record.Id, record.Report)));
            count += records.Length;
        }
        return count;
    }

    private void Count(LocalQueueEntry entry) => quota.Add(entry.Token, entry.Length, entry.IsKnown);

    [LoggerMessage(1904, LogLevel.Error, "{Path} cannot be used: it is damaged, or it was moved or replaced")]
    private partial void LogUnusable(Exception? exception, string path);

    [LoggerMessage(1905, LogLevel.Error, "{Path} was replaced by a new file. The previous file is kept as {Kept}; {Count} readable reports were copied and stay queued. Use sqlite3 .recover for the others, then delete it")]
    private partial void LogKept(string path, string kept, int count);
}
