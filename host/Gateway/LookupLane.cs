namespace MtaSts.Host.Gateway;

/// <summary>
/// Lets a bounded number of look-ups of unknown names run and wait: a flood of made-up names costs what the lane is wide,
/// and no more.
/// </summary>
internal sealed class LookupLane(int width, int queue) : IDisposable
{
    private readonly SemaphoreSlim slots = new(width, width);
    private int waiting;

    /// <summary>Runs the look-up, or returns false when the lane is full or the wait was too long.</summary>
    public async Task<bool> TryRunAsync(Func<Task> lookup, TimeSpan patience)
    {
        if (Interlocked.Increment(ref waiting) > width + queue)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }
        try
        {
            if (!await slots.WaitAsync(patience))
                return false;
            try
            {
                await lookup();
                return true;
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => slots.Dispose();
}
