using System.Collections.Concurrent;

namespace MtaSts.Grains;

/// <summary>
/// How many large bodies of one kind are held at once in this process, and of one sender only one: bounds the memory of many. Each kind has places of its own, so
/// that members' uploads keep no sender's report waiting.
/// </summary>
/// <param name="places">At once.</param>
public sealed class LargeBodies(int places) : IDisposable
{
    /// <summary>A body that holds more is large. 1 MiB: real reports stay below 100 KiB.</summary>
    public const int From = 1024 * 1024;

    private readonly SemaphoreSlim all = new(places, places);

    // One for each workspace that ever uploaded a large file: some bytes each.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> own = new(StringComparer.Ordinal);

    /// <summary>Reports that senders POST.</summary>
    public static LargeBodies Posted { get; } = new(1);

    /// <summary>Single reports of uploads.</summary>
    public static LargeBodies Uploaded { get; } = new(1);

    /// <summary>Archives of many reports, packed, while they are taken one by one.</summary>
    public static LargeBodies Archives { get; } = new(4);

    /// <summary>Null: nobody leaves within this time. To be disposed when the body is no longer held.</summary>
    /// <param name="whose">Not null: of whom no other may be inside, a workspace.</param>
    public async Task<IDisposable?> EnterAsync(string? whose, TimeSpan patience, CancellationToken cancellationToken)
    {
        var mine = whose is null ? null : own.GetOrAdd(whose, static _ => new SemaphoreSlim(1, 1));
        if (mine is not null && !await mine.WaitAsync(patience, cancellationToken))
            return null;
        var isInside = false;
        try
        {
            isInside = await all.WaitAsync(patience, cancellationToken);
            return isInside ? new Place(all, mine) : null;
        }
        finally
        {
            if (!isInside)
                mine?.Release();
        }
    }

    public void Dispose()
    {
        all.Dispose();
        foreach (var mine in own.Values)
            mine.Dispose();
    }

    private sealed class Place(SemaphoreSlim all, SemaphoreSlim? mine) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return;
            all.Release();
            mine?.Release();
        }
    }
}
