namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Allows a number of events in a sliding window. The first event beyond it starts a block, during which all events are refused.</summary>
internal sealed class RateLimit(int limit, TimeSpan window, TimeSpan block)
{
    private readonly Queue<DateTimeOffset> events = new();
    private DateTimeOffset blockedUntil;

    /// <summary>How long requests are still refused; null when they are accepted. Starts the block when the limit is reached.</summary>
    public TimeSpan? CheckBlock(DateTimeOffset now)
    {
        if (now < blockedUntil)
            return blockedUntil - now;
        while (events.TryPeek(out var first) && now - first >= window)
            events.Dequeue();
        if (events.Count < limit)
            return null;
        events.Clear();
        blockedUntil = now + block;
        return block;
    }

    public void Record(DateTimeOffset now) => events.Enqueue(now);

    /// <summary>Starts a block without regard to the number of events, for a simulated fault. A longer block continues.</summary>
    public void Block(DateTimeOffset until)
    {
        if (until > blockedUntil)
            blockedUntil = until;
    }
}
