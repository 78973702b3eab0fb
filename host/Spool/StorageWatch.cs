namespace MtaSts.Host.Spool;

/// <summary>What the inbox has learned about storage: while it is down nobody waits for it again.</summary>
internal sealed class StorageWatch
{
    private readonly SemaphoreSlim news = new(0, 1);
    private int down;

    public bool IsDown => Volatile.Read(ref down) == 1;

    /// <returns>False when that was known.</returns>
    public bool Fell()
    {
        var isNew = Interlocked.Exchange(ref down, 1) == 0;
        Tell();
        return isNew;
    }

    /// <returns>False when that was known.</returns>
    public bool Rose() => Interlocked.Exchange(ref down, 0) == 1;

    /// <summary>Wakes the drain: there is something for it to do.</summary>
    public void Tell()
    {
        try
        {
            if (news.CurrentCount == 0)
                news.Release();
        }
        catch (SemaphoreFullException)
        {
            // Told by somebody else at the same instant.
        }
    }

    public Task NewsAsync(CancellationToken cancellationToken) => news.WaitAsync(cancellationToken);
}
