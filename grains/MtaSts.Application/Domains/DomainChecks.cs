using MtaSts.Grains;

namespace MtaSts.Application.Domains;

/// <summary>
/// Checks on request. Checks of a domain start at least <see cref="Apart"/> apart: an earlier request waits for that time and shares the next check. So a
/// script sees what it has just published, and repeated requests cause no extra load on name servers.
/// </summary>
internal sealed class DomainChecks(IGrainFactory grains, IClockStatus calendar, TimeProvider clock)
{
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Turns> turns = new(StringComparer.Ordinal);

    /// <summary>The result of a check that starts after this call.</summary>
    public Task<Observation> CheckAsync(DomainView view, CancellationToken cancellationToken)
    {
        lock (turns)
        {
            if (!turns.TryGetValue(view.Name, out var mine))
                turns[view.Name] = mine = new Turns();
            if (view.LastObservation is { } seen && seen.At > mine.Last)
                mine.Last = seen.At;
            if (mine.Next is null)
            {
                mine.Open++;
                mine.Next = RunAsync(view.Name, mine);
            }
            return mine.Next.WaitAsync(cancellationToken);
        }
    }

    private async Task<Observation> RunAsync(string domain, Turns mine)
    {
        await Task.Yield(); // Leaves the lock.
        try
        {
            TimeSpan wait;
            lock (turns)
                wait = mine.Last + Apart - calendar.Calendar; // Uses the clock of the observation's date, not the system clock.
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait < Apart ? wait : Apart, clock);
            lock (turns)
            {
                mine.Next = null; // Later callers may have published records meanwhile.
                mine.Last = calendar.Calendar;
            }
            return await grains.Probe().Check(domain);
        }
        finally
        {
            lock (turns)
            {
                if (--mine.Open == 0)
                    turns.Remove(domain);
            }
        }
    }

    /// <summary>One domain's checks: kept while one is running or awaited.</summary>
    private sealed class Turns
    {
        public DateTimeOffset Last { get; set; } = DateTimeOffset.MinValue;

        public Task<Observation>? Next { get; set; }

        public int Open { get; set; }
    }
}
