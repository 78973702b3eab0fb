namespace MtaSts.Grains;

/// <summary>The turn of large bodies that come in over HTTP: one of the whole process at a time, whether a sender's or an upload. Bounds the memory of many at once.</summary>
public static class LargeBodies
{
    /// <summary>A body that holds more is large. 1 MiB: real reports stay below 100 KiB.</summary>
    public const int From = 1024 * 1024;

    private static readonly SemaphoreSlim Turn = new(1, 1);

    /// <summary>Null: nobody leaves within this time. To be disposed when the body is no longer held.</summary>
    public static async Task<IDisposable?> EnterAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        await Turn.WaitAsync(patience, cancellationToken) ? new Place() : null;

    private sealed class Place : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) == 0)
                Turn.Release();
        }
    }
}
