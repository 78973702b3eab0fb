namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>A limit of events in a window; past it everything is refused for a while.</summary>
internal sealed class RateLimit(int most, TimeSpan window, TimeSpan block)
{
    private readonly Queue<DateTimeOffset> events = new();
    private DateTimeOffset blockedUntil;

    /// <summary>How long it refuses from now on; null while it does not.</summary>
    public TimeSpan? Blocked(DateTimeOffset now)
    {
        if (now < blockedUntil)
            return blockedUntil - now;
        while (events.TryPeek(out var first) && now - first >= window)
            events.Dequeue();
        if (events.Count < most)
            return null;
        events.Clear();
        blockedUntil = now + block;
        return block;
    }

    public void Count(DateTimeOffset now) => events.Enqueue(now);

    public void Block(DateTimeOffset until) => blockedUntil = until;
}
