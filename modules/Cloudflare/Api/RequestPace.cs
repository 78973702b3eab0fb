namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>
/// Keeps this process below Cloudflare's limit, which counts all tokens and the dashboard of a user together and, once
/// exceeded, refuses every call for five minutes. After a 429 nothing is sent until its time is over.
/// </summary>
internal sealed class RequestPace(TimeProvider clock)
{
    /// <summary>The window of Cloudflare's limit.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private DateTimeOffset windowEnds;
    private DateTimeOffset closedUntil;
    private int sent;

    /// <summary>Takes one request of the budget; else how long to wait.</summary>
    public TimeSpan? Refuse(int budget)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now < closedUntil)
                return closedUntil - now;
            if (now >= windowEnds)
                (windowEnds, sent) = (now + Window, 0);
            if (sent >= budget)
                return windowEnds - now;
            sent++;
            return null;
        }
    }

    /// <summary>Cloudflare has refused for this long.</summary>
    public void Close(TimeSpan wait)
    {
        lock (gate)
        {
            var until = clock.GetUtcNow() + wait;
            if (until > closedUntil)
                closedUntil = until;
        }
    }
}
