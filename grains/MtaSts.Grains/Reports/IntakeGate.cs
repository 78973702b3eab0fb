using System.Collections.Concurrent;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// How much is taken in at once on this silo, so that its memory is bounded whoever sends whatever. An envelope costs many times its size while it is
/// decoded and stored. Each source has places of its own: a flood at one does not keep the others waiting.
/// </summary>
internal sealed class IntakeGate : IDisposable
{
    /// <summary>Envelopes above this wait for the one place of the process. 1 MiB: the largest real report by mail is below 100 KiB. Bounds floods of the largest mails.</summary>
    public const int LargeFrom = 1024 * 1024;

    /// <summary>Envelopes above this, up to <see cref="LargeFrom"/>, have few places of each source. 64 KiB: real reports stay below.</summary>
    public const int MediumFrom = 64 * 1024;

    /// <summary>Small envelopes of one source at once. Bounds the objects of small reports that unpack to hundreds of KiB.</summary>
    public const int SmallPlaces = 32;

    /// <summary>Memory of the collector above which it gives back what it freed: what the process has when idle, and one large envelope's.</summary>
    private const long KeptBytes = 96L * 1024 * 1024;

    /// <summary>Bytes allocated since the last collection that make the next worth while: a large envelope's buffers are more. Bounds: time spent on collecting what is not there.</summary>
    private const long Untidy = 2L * 1024 * 1024;

    /// <summary>Medium envelopes of one source at once.</summary>
    public const int MediumPlaces = 2;

    /// <summary>After the last large envelope, until what storing it left behind goes: its grain has let go of its bytes by then.</summary>
    public static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(300);

    private readonly SemaphoreSlim alone = new(1, 1);
    private readonly Lock tidying = new();
    private readonly ITimer afterwards;
    private readonly Func<long> allocated;
    private long allocatedThen;
    private bool gaveBack;
    private readonly ConcurrentDictionary<string, (SemaphoreSlim Small, SemaphoreSlim Medium)> sources = new(StringComparer.Ordinal);

    /// <param name="clock">Tells when a flood is over.</param>
    /// <param name="allocated">Bytes the process has allocated so far; the collector's own count when null.</param>
    public IntakeGate(TimeProvider clock, Func<long>? allocated = null)
    {
        this.allocated = allocated ?? (static () => GC.GetTotalAllocatedBytes());
        afterwards = clock.CreateTimer(_ => Tidy(isOver: true), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Collections forced so far.</summary>
    internal int Collections { get; private set; }

    /// <summary>A place for an envelope of this size; null when none was free for so long. To be disposed when the work on it is done.</summary>
    public async Task<IDisposable?> EnterAsync(string source, int bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (bytes > LargeFrom)
            return await alone.WaitAsync(patience, cancellationToken) ? Alone() : null;
        var places = sources.GetOrAdd(source, static _ => (new SemaphoreSlim(SmallPlaces, SmallPlaces), new SemaphoreSlim(MediumPlaces, MediumPlaces)));
        var own = bytes > MediumFrom ? places.Medium : places.Small;
        return await own.WaitAsync(patience, cancellationToken) ? new Place(own, this, wasLarge: false) : null;
    }

    /// <summary>The one place for work that needs as much memory as a large envelope although the envelope is small: a report that unpacks to a large one.</summary>
    public async Task<IDisposable> EnterAloneAsync()
    {
        await alone.WaitAsync();
        return Alone();
    }

    /// <summary>Buffers of many MiB are garbage now, and the next large one comes at once: left to itself the collector lets some hundred MiB of them gather.</summary>
    /// <remarks>A collection alone keeps what it freed for the next; where much is kept already it is given back, which takes longer.</remarks>
    public void Tidy() => Tidy(isOver: false);

    public void Dispose()
    {
        afterwards.Dispose();
        alone.Dispose();
        foreach (var (small, medium) in sources.Values)
        {
            small.Dispose();
            medium.Dispose();
        }
    }

    /// <param name="isOver">No other large one came: all that was freed is given back.</param>
    private void Tidy(bool isOver)
    {
        lock (tidying)
        {
            var now = allocated();
            if (now - allocatedThen < Untidy && (gaveBack || !isOver))
                return;
            allocatedThen = now;
            gaveBack = isOver || GC.GetGCMemoryInfo().TotalCommittedBytes > KeptBytes;
            Collections++;
            if (isOver)
                ReportDecoder.LetGo();
            if (gaveBack)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            else
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
    }

    private Place Alone()
    {
        Tidy();
        return new Place(alone, this, wasLarge: true);
    }

    private sealed class Place(SemaphoreSlim places, IntakeGate gate, bool wasLarge) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return;
            if (wasLarge)
            {
                gate.Tidy();
                gate.afterwards.Change(Afterwards, Timeout.InfiniteTimeSpan);
            }
            places.Release();
        }
    }
}
