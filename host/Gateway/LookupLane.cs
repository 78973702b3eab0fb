namespace MtaSts.Host.Gateway;

/// <summary>
/// Lets a bounded number of look-ups of unknown names run and wait: a flood of made-up names costs what the lane is wide,
/// and no more.
/// </summary>
internal sealed class LookupLane(int width, int queue) : IDisposable
{
    private readonly SemaphoreSlim slots = new(width, width);
    private int waiting;

    /// <summary>Runs the look-up, or returns false when the lane is full or <paramref name="patience"/> ended before its turn came.</summary>
    public async Task<bool> TryRunAsync(Func<Task> lookup, CancellationToken patience)
    {
        if (Interlocked.Increment(ref waiting) > width + queue)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }
        try
        {
            try
            {
                await slots.WaitAsync(patience);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
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
