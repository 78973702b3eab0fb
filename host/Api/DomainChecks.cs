using MtaSts.Grains;
using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Api;

/// <summary>
/// Checks that callers ask for. A domain's checks begin no closer than <see cref="Apart"/>: who asks sooner waits that long and shares the check that then begins. So a
/// script sees what it has just published, and one that asks without end costs name servers no more.
/// </summary>
internal sealed class DomainChecks(IGrainFactory grains, ServiceClock clock)
{
    public static readonly TimeSpan Apart = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Turns> turns = new(StringComparer.Ordinal);

    /// <summary>What a check sees that begins after this call.</summary>
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
        await Task.Yield(); // Not within the lock.
        try
        {
            TimeSpan wait;
            lock (turns)
                wait = mine.Last + Apart - clock.Calendar; // As the observation is dated, whatever the system clock is set to.
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait < Apart ? wait : Apart, clock);
            lock (turns)
            {
                mine.Next = null; // Whoever asks from here on may have published something meanwhile.
                mine.Last = clock.Calendar;
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

    /// <summary>One domain's checks: kept while one is out or waited for.</summary>
    private sealed class Turns
    {
        public DateTimeOffset Last { get; set; } = DateTimeOffset.MinValue;

        public Task<Observation>? Next { get; set; }

        public int Open { get; set; }
    }
}
