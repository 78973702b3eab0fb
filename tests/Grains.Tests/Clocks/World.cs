using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Tests.Clocks;

/// <summary>A machine whose clock may be set, that sleeps, stops and boots, and the time that has truly passed.</summary>
internal sealed class World : TimeProvider
{
    private int boots = 1;
    private DateTimeOffset bootedAt = Origin;
    private TimeSpan awake;

    public static readonly DateTimeOffset Origin = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public World() => Clock = New();

    public DateTimeOffset Now { get; private set; } = Origin;

    /// <summary>By how much the machine's clock is wrong.</summary>
    public TimeSpan Error { get; set; }

    /// <summary>By how much a shim has moved the process's own monotonic clock.</summary>
    public TimeSpan MonotonicError { get; set; }

    /// <summary>The store takes no writes.</summary>
    public bool IsStoreFull { get; set; }

    /// <summary>Starts before which something was not measured.</summary>
    public int Gaps { get; private set; }

    /// <summary>The kernel tells nothing of boots, as on other systems than Linux.</summary>
    public bool WithoutBoots { get; init; }

    public ClockMark? Stored { get; private set; }

    public ServiceClock Clock { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now + Error;

    public override long GetTimestamp() => (awake + MonotonicError).Ticks;

    /// <summary>The process runs, and looks at the clocks every ten minutes.</summary>
    public void Run(TimeSpan time)
    {
        for (var left = time; left > TimeSpan.Zero;)
        {
            var step = left < TimeSpan.FromMinutes(10) ? left : TimeSpan.FromMinutes(10);
            (Now, awake, left) = (Now + step, awake + step, left - step);
            Keep(Clock.Look([]));
        }
    }

    /// <summary>The process is started anew after a time.</summary>
    public void Restart(TimeSpan after)
    {
        Now += after;
        Gaps += WithoutBoots ? 1 : 0;
        Clock = New();
    }

    /// <summary>The machine is off for a time.</summary>
    public void Reboot(TimeSpan after)
    {
        Now += after;
        (bootedAt, boots, Gaps) = (Now, boots + 1, Gaps + 1);
        Clock = New();
    }

    /// <summary>The machine sleeps; the process's monotonic clock does not count it.</summary>
    public void Sleep(TimeSpan time) => Now += time;

    private ServiceClock New()
    {
        awake = TimeSpan.Zero; // Another process counts from anywhere.
        var clock = new ServiceClock(this, () => WithoutBoots ? new ClockReading(GetUtcNow()) : new ClockReading(GetUtcNow(), $"boot-{boots}", Now - bootedAt));
        Keep(clock.Restore(Stored is { } mark ? [mark] : []));
        return clock;
    }

    private void Keep(ClockMark mark) => Stored = IsStoreFull ? Stored : mark;
}
