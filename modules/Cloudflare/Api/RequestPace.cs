namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>
/// Keeps this process below Cloudflare's limit, which counts all tokens and the dashboard of a user together and, once
/// exceeded, refuses every call for five minutes. After a 429 nothing is sent until its time has passed; without a time in the answer, the wait
/// starts short and doubles until a call succeeds.
/// </summary>
internal sealed class RequestPace(TimeProvider clock)
{
    /// <summary>The window of Cloudflare's limit.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private TimeSpan windowEnds;
    private TimeSpan closedUntil;
    private TimeSpan backOff = ApiLimits.FirstBackOff;
    private int sent;

    /// <summary>Takes one request from the budget; else returns how long to wait.</summary>
    public TimeSpan? Refuse(int budget)
    {
        lock (gate)
        {
            var now = Now;
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

    /// <summary>Records a 429 of Cloudflare.</summary>
    /// <param name="retryAfter">The time in the answer; null without one.</param>
    /// <returns>How long nothing is sent from now on.</returns>
    public TimeSpan Close(TimeSpan? retryAfter)
    {
        lock (gate)
        {
            var now = Now;
            if (retryAfter is { } told)
                return CloseUntil(now, now + Bounded(told));
            if (now < closedUntil)
                return closedUntil - now; // Sent concurrently with the call that was refused first: one burst counts as one refusal.
            var wait = backOff;
            backOff = backOff * 2 < ApiLimits.LongestBackOff ? backOff * 2 : ApiLimits.LongestBackOff;
            return CloseUntil(now, now + wait);
        }
    }

    /// <summary>Records an answer other than 429.</summary>
    public void Answered()
    {
        lock (gate)
            backOff = ApiLimits.FirstBackOff;
    }

    private TimeSpan CloseUntil(TimeSpan now, TimeSpan until)
    {
        if (until > closedUntil)
            closedUntil = until;
        return closedUntil - now;
    }

    /// <summary>Monotonic: a system clock that is set back does not stop calls.</summary>
    private TimeSpan Now => clock.GetElapsedTime(0);

    private static TimeSpan Bounded(TimeSpan wait) =>
        wait < ShortestWait ? ShortestWait : wait < ApiLimits.LongestRetryAfter ? wait : ApiLimits.LongestRetryAfter;
}
