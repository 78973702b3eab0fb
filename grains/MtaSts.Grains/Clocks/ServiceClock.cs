namespace MtaSts.Grains.Clocks;

/// <summary>
/// The clock for everything that has consequences: a retirement, a deletion, a takeover, what is due next. A duration by this clock has passed only when that much time was
/// measured (<see cref="ClockRules"/>), whatever the system clock is set to. It never goes back, so nothing waits for a moment that lies in a wrong future.
/// Dates that people read and dates that come from outside belong to the calendar: <see cref="ToCalendar"/>, <see cref="ToPromise"/> and <see cref="FromCalendar"/> convert.
/// </summary>
/// <param name="system">Its monotonic clock and timers are used, its time of day is judged.</param>
/// <param name="read">What the machine's clocks say; null where only <paramref name="system"/> does.</param>
public sealed class ServiceClock(TimeProvider system, Func<ClockReading>? read = null) : TimeProvider, IClockStatus
{
    private readonly Func<ClockReading> read = read ?? (() => new ClockReading(system.GetUtcNow()));
    private readonly Lock gate = new();
    private volatile Known? known;

    /// <summary>Service time. It is the time of day as long as the service was never off and nothing went wrong with the system clock.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = Current;
        return now.Mark.Time + ClockRules.Passed(now.Mark, system.GetElapsedTime(now.At), read());
    }

    public override long TimestampFrequency => system.TimestampFrequency;

    public override long GetTimestamp() => system.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => system.CreateTimer(callback, state, dueTime, period);

    /// <summary>The message for the operator about the clocks; null while they agree.</summary>
    public string? Problem => ClockRules.Problem(Current.Mark);

    /// <summary>The date and time of day that follow from the time measured. A system clock that is wrong for less than some hours does not change it.</summary>
    public DateTimeOffset Calendar => ToCalendar(GetUtcNow());

    /// <summary>The earliest that the calendar can be: what is kept until a date is kept until this has come.</summary>
    public DateTimeOffset EarliestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall < calendar ? wall : calendar;

    /// <summary>The latest that it can be: what is dated later has not happened.</summary>
    public DateTimeOffset LatestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall > calendar ? wall : calendar;

    /// <summary>The calendar's date of a moment in service time.</summary>
    public DateTimeOffset ToCalendar(DateTimeOffset moment) => ClockRules.ToCalendar(Current.Mark, moment);

    /// <summary>The date to name for a moment before which somebody must not act: while the clocks differ, the later one.</summary>
    public DateTimeOffset ToPromise(DateTimeOffset moment) =>
        GetUtcNow() is var now && moment > now ? LatestCalendar + (moment - now) : ToCalendar(moment);

    /// <summary>The moment in service time of a date from outside, such as the end of a certificate.</summary>
    public DateTimeOffset FromCalendar(DateTimeOffset date) => date - Current.Mark.Calendar[^1].Offset;

    /// <summary>Continues from what earlier processes, and other silos, have stored. Call it before the first use of the clock.</summary>
    public ClockMark Restore(IReadOnlyCollection<ClockMark> stored)
    {
        lock (gate)
        {
            var now = read();
            // The newest is the one with the most time measured, once each machine's count since is added.
            var mark = stored.Select(mark => ClockRules.Resume(mark, now)).MaxBy(mark => (mark.Time, mark.GapAt != mark.Time)) ?? ClockRules.Begin(now);
            known = new Known(mark, system.GetTimestamp());
            return mark;
        }
    }

    /// <summary>Reads the clocks again.</summary>
    /// <param name="others">What other silos have measured lately.</param>
    /// <returns>What is to be stored.</returns>
    public ClockMark Look(IReadOnlyCollection<ClockMark> others)
    {
        lock (gate)
        {
            var before = Current;
            var at = system.GetTimestamp();
            DateTimeOffset? elsewhere = others.Count == 0 ? null : others.Max(other => other.Time);
            var mark = ClockRules.Advance(before.Mark, system.GetElapsedTime(before.At, at), read(), elsewhere);
            known = new Known(mark, at);
            return mark;
        }
    }

    private Known Current
    {
        get
        {
            if (known is { } now)
                return now;
            lock (gate)
                return known ??= new Known(ClockRules.Begin(read()), system.GetTimestamp());
        }
    }

    private sealed record Known(ClockMark Mark, long At);
}
