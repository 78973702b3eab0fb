using System.Globalization;
using System.Security.Cryptography;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

/// <summary>
/// The append-only log: many appends at once share one write and one fsync, and each is answered after it. Only segments that this
/// process began are appended to; what it found at its start, and what a failed write has touched, is read and never written again.
/// </summary>
internal sealed class SpoolLog : IDisposable
{
    /// <summary>Bytes of one write: bounds how long the first of a batch waits for the last.</summary>
    private const int BatchBytes = 8 << 20;

    /// <summary>Bytes that wait for the disk: beyond them a sender is told "not now", for a slow disk must not fill the memory.</summary>
    private const int MaxPendingBytes = 64 << 20;

    private const string Aside = "aside";
    private const string Damaged = "damaged";
    private const string AsideRecord = ".spool";
    private const string AsideReason = ".reason";

    private readonly ISpoolFiles files;
    private readonly SpoolOptions limits;
    private readonly SpoolQuota quota;
    private readonly Lock gate = new();
    private readonly Lock disk = new();
    private readonly SortedDictionary<string, SpoolSegment> segments = new(StringComparer.Ordinal);
    private readonly Queue<Pending> pending = [];
    private readonly HashSet<string> setAside = new(StringComparer.Ordinal);
    private long pendingBytes;
    private long kept;
    private long lastNumber;
    private bool writing;
    private bool closed;
    private Task writer = Task.CompletedTask;
    private (SpoolSegment Segment, ISpoolFile File, byte[] Mark)? current;

    /// <summary>Reads what an earlier process left.</summary>
    public SpoolLog(ISpoolFiles files, SpoolOptions limits)
    {
        (this.files, this.limits) = (files, limits);
        quota = new SpoolQuota(limits);
        kept = files.KeptBytes();
        FoundAside = [.. files.KeptNames(Aside).Where(name => name.EndsWith(AsideRecord, StringComparison.Ordinal))];
        setAside.UnionWith(FoundAside.Select(name => Path.Combine(Aside, name)));
        setAside.UnionWith(files.KeptNames(Damaged).Select(name => Path.Combine(Damaged, name)));
        foreach (var name in files.Segments())
        {
            var segment = new SpoolSegment(name) { Length = files.Length(name), Since = files.Written(name), IsUnread = true };
            segments.Add(name, segment);
            if (long.TryParse(name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                lastNumber = Math.Max(lastNumber, number);
            try
            {
                Read(segment, out _);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The drain tries again, and tells.
            }
        }
    }

    /// <summary>Names of the records that an earlier process has set aside.</summary>
    public IReadOnlyList<string> FoundAside { get; }

    /// <summary>Free on the disk, in bytes.</summary>
    public long FreeBytes => files.FreeBytes();

    public (long Records, long Bytes, DateTimeOffset? Since, long SetAside) State
    {
        get
        {
            lock (gate)
                return (quota.Total.Records + segments.Values.Count(s => s.IsUnread), Used, segments.Values.Where(s => s.Waiting.Count > 0 || s.IsUnread).Min(s => s.Since), setAside.Count);
        }
    }

    private long Used => kept + segments.Values.Sum(segment => segment.Length);

    /// <summary>Ends when the envelope is on the disk, or tells why it is not. The envelope needs a token.</summary>
    /// <param name="isKnown">The token was lately found in storage.</param>
    public Task<Spooled> AppendAsync(Envelope envelope, bool isKnown)
    {
        var facts = SpoolRecord.WriteFacts(envelope, isKnown);
        var length = SpoolRecord.LengthOf(facts.Length, envelope.Raw.Length);
        lock (gate)
        {
            if (closed)
                return Task.FromResult<Spooled>(new Spooled.Full("stopping"));
            if (pending.Count > 0 && pendingBytes + length > MaxPendingBytes)
                return Task.FromResult<Spooled>(new Spooled.Full("busy"));
            var waiting = new WaitingRecord(envelope.Token!, length, isKnown);
            if (quota.Refusal(waiting.Token, length, isKnown, Used + pendingBytes) is { } why)
                return Task.FromResult<Spooled>(new Spooled.Full(why));
            quota.Add(waiting.Token, length, isKnown);
            pendingBytes += length;
            var append = new Pending(envelope, facts, waiting);
            pending.Enqueue(append);
            if (!writing)
            {
                writing = true;
                writer = Task.Run(WriteAll);
            }
            return append.Answer.Task;
        }
    }

    /// <summary>The segments there are, oldest first; what was appended before this call is in them, and none of them is appended to any more.</summary>
    public IReadOnlyList<SpoolSegment> Seal()
    {
        lock (disk)
        {
            Close();
            lock (gate)
                return [.. segments.Values];
        }
    }

    /// <summary>A sealed segment's contents; null when it is larger than any this service writes. An earlier process's records wait once they have been read.</summary>
    public SegmentContents? Read(SpoolSegment segment, out ReadOnlyMemory<byte> bytes)
    {
        bytes = Fits(segment) ? files.Read(segment.Name) : default;
        var contents = Fits(segment) ? SegmentContents.Read(bytes) : null;
        if (segment.IsUnread)
            Register(segment, contents?.Records ?? []);
        return contents;
    }

    /// <summary>The record stands in storage, or was set aside, or nobody wants it: it waits no longer.</summary>
    public void Done(SpoolSegment segment, int offset)
    {
        lock (gate)
        {
            segment.Done.Add(offset);
            segment.Failures.Remove(offset);
            if (segment.Waiting.Remove(offset, out var waiting))
                quota.Remove(waiting.Token, waiting.Length, waiting.IsKnown);
        }
    }

    /// <summary>Gives a drained segment's room back.</summary>
    public void Delete(SpoolSegment segment)
    {
        files.Delete(segment.Name);
        lock (gate)
        {
            segments.Remove(segment.Name);
            foreach (var waiting in segment.Waiting.Values) // Damaged since they were written.
                quota.Remove(waiting.Token, waiting.Length, waiting.IsKnown);
        }
    }

    /// <summary>Bytes that could not be read are kept for people.</summary>
    public void KeepDamaged(SpoolSegment segment, DamagedStretch stretch, ReadOnlyMemory<byte> bytes) =>
        Keep(Damaged, string.Create(CultureInfo.InvariantCulture, $"{segment.Name}-{stretch.Offset:D10}.bin"), bytes.Slice(stretch.Offset, stretch.Length));

    /// <summary>A record that storage will not have is kept as a segment of its own, which is tried once more at the next start.</summary>
    public void KeepAside(SpoolSegment segment, SpoolRecord record, string reason)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{segment.Name}-{record.Offset:D10}");
        var mark = RandomNumberGenerator.GetBytes(SegmentHeader.MarkLength);
        Keep(Aside, name + AsideReason, System.Text.Encoding.UTF8.GetBytes(reason + "\n"));
        Keep(Aside, name + AsideRecord, SegmentHeader.Write(0, mark),
            SpoolRecord.Write(mark, SegmentHeader.Length, SpoolRecord.WriteFacts(record.Envelope, record.IsKnown), record.Envelope.Raw.Span));
    }

    /// <summary>What <see cref="KeepAside"/> has kept under one of the names in <see cref="FoundAside"/>.</summary>
    public SegmentContents ReadAside(string name) => SegmentContents.Read(files.ReadKept(Aside, name));

    /// <summary>Nobody needs it any more.</summary>
    public void DeleteAside(string name)
    {
        files.DeleteKept(Aside, name);
        files.DeleteKept(Aside, Path.ChangeExtension(name, AsideReason));
        var left = files.KeptBytes();
        lock (gate)
        {
            kept = left;
            setAside.Remove(Path.Combine(Aside, name));
        }
    }

    /// <summary>Takes nothing more; what was taken is written first.</summary>
    public void Dispose()
    {
        Task last;
        lock (gate)
        {
            closed = true;
            last = writer;
        }
        last.GetAwaiter().GetResult(); // The disk's own time, at the end of the process.
        lock (disk)
            Close();
        files.Dispose();
    }

    private void Keep(string folder, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> bytes)
    {
        files.Keep(folder, name, bytes);
        var length = 0L;
        foreach (var part in bytes)
            length += part.Length;
        lock (gate)
        {
            kept += length;
            if (!name.EndsWith(AsideReason, StringComparison.Ordinal))
                setAside.Add(Path.Combine(folder, name));
        }
    }

    private static bool Fits(SpoolSegment segment) => segment.Length <= SpoolOptionsValidator.MaxSegment;

    private void WriteAll()
    {
        while (true)
        {
            var batch = new List<Pending>();
            lock (gate)
            {
                var length = 0;
                while (pending.TryPeek(out var next) && (batch.Count == 0 || length + next.Waiting.Length <= BatchBytes))
                {
                    batch.Add(pending.Dequeue());
                    length += next.Waiting.Length;
                }
                if (batch.Count == 0)
                {
                    writing = false;
                    return;
                }
            }
            Settle(batch, Write(batch));
        }
    }

    private Spooled Write(List<Pending> batch)
    {
        lock (disk)
        {
            try
            {
                if (files.FreeBytes() < limits.MinFreeBytes + batch.Sum(append => (long)append.Waiting.Length))
                    return new Spooled.Full("disk");
                foreach (var append in batch)
                    Append(append);
                current!.Value.File.Sync();
                return new Spooled.Kept();
            }
            catch (Exception exception)
            {
                Close(); // Whether its end is on the disk nobody knows: it is read, and not written again.
                return new Spooled.Failed(exception);
            }
        }
    }

    private void Append(Pending append)
    {
        if (current is { } full && full.Segment.Length > SegmentHeader.Length && full.Segment.Length + append.Waiting.Length > limits.SegmentBytes)
        {
            full.File.Sync();
            Close();
        }
        var (segment, file, mark) = current ??= Begin();
        var offset = (int)segment.Length;
        var record = SpoolRecord.Write(mark, offset, append.Facts, append.Envelope.Raw.Span);
        lock (gate)
            segment.Length += record.Length; // Though it fails: some of it may take room.
        file.Append(record);
        (append.Segment, append.Offset) = (segment, offset);
    }

    private (SpoolSegment, ISpoolFile, byte[]) Begin()
    {
        var number = ++lastNumber;
        var segment = new SpoolSegment(number.ToString("D16", CultureInfo.InvariantCulture));
        var file = files.Create(segment.Name);
        try
        {
            var mark = RandomNumberGenerator.GetBytes(SegmentHeader.MarkLength);
            lock (gate)
                segments.Add(segment.Name, segment);
            segment.Length = SegmentHeader.Length;
            file.Append(SegmentHeader.Write(number, mark));
            return (segment, file, mark);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void Close()
    {
        try
        {
            current?.File.Dispose();
        }
        catch (IOException)
        {
            // It was synced before anybody was answered, or its batch was refused.
        }
        current = null;
    }

    private void Settle(List<Pending> batch, Spooled outcome)
    {
        lock (gate)
        {
            foreach (var append in batch)
            {
                pendingBytes -= append.Waiting.Length;
                if (outcome is not Spooled.Kept || append.Segment!.Done.Contains(append.Offset))
                    quota.Remove(append.Waiting.Token, append.Waiting.Length, append.Waiting.IsKnown);
                else
                    Add(append.Segment, append.Offset, append.Waiting, append.Envelope.ReceivedAt);
            }
        }
        foreach (var append in batch)
            append.Answer.SetResult(outcome);
    }

    private void Register(SpoolSegment segment, IReadOnlyList<SpoolRecord> records)
    {
        lock (gate)
        {
            (segment.IsUnread, segment.Since) = (false, null);
            foreach (var record in records)
            {
                var waiting = new WaitingRecord(record.Envelope.Token ?? "", record.Length, record.IsKnown);
                quota.Add(waiting.Token, waiting.Length, waiting.IsKnown);
                Add(segment, record.Offset, waiting, record.Envelope.ReceivedAt);
            }
        }
    }

    private static void Add(SpoolSegment segment, int offset, WaitingRecord waiting, DateTimeOffset receivedAt)
    {
        segment.Waiting[offset] = waiting;
        segment.Since = segment.Since < receivedAt ? segment.Since : receivedAt;
    }

    private sealed class Pending(Envelope envelope, byte[] facts, WaitingRecord waiting)
    {
        public Envelope Envelope => envelope;
        public byte[] Facts => facts;
        public WaitingRecord Waiting => waiting;
        public TaskCompletionSource<Spooled> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public SpoolSegment? Segment { get; set; }
        public int Offset { get; set; }
    }
}
