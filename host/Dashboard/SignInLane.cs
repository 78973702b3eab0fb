namespace MtaSts.Host.Dashboard;

/// <summary>
/// Sign-ins at once, and those that may wait: password hashes are slow on purpose, and a flood of guesses is to take neither every core nor a place in an endless queue.
/// </summary>
internal sealed class SignInLane(TimeProvider clock) : IDisposable
{
    /// <summary>Sign-ins that wait for their turn; at some tens of milliseconds for each a place further back is no use to a person.</summary>
    public const int MaxWaiting = 50;

    /// <summary>How long one waits; what people put up with.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Half of the cores: the other half is for those who are signed in, and for senders.</summary>
    public static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly SemaphoreSlim places = new(AtOnce, AtOnce);
    private int waiting;

    /// <summary>Takes a place, to be given back by disposing of it; null when too many wait already, the patience came to its end, or whoever asked has gone.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken gone)
    {
        if (places.Wait(0, CancellationToken.None))
            return new Place(places);
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone);
        try
        {
            await places.WaitAsync(either.Token);
            return new Place(places);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isLeft, 1) == 0)
                places.Release();
        }
    }
}
