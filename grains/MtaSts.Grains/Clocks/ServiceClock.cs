namespace MtaSts.Grains.Clocks;

/// <summary>
/// The clock for all actions with consequences: retirement, deletion, takeover, scheduling. A duration on this clock has passed only when that much time was
/// measured (<see cref="ClockRules"/>), regardless of the system clock. It never goes back, so nothing waits for a time in a wrong future.
/// Displayed dates and external dates belong to the calendar: <see cref="ToCalendar"/>, <see cref="ToPromise"/> and <see cref="FromCalendar"/> convert.
/// </summary>
/// <param name="system">Its monotonic clock and timers are used; its time of day is only compared.</param>
/// <param name="read">Reads the machine's clocks; null when only <paramref name="system"/> is available.</param>
public sealed class ServiceClock(TimeProvider system, Func<ClockReading>? read = null) : TimeProvider, IClockStatus
{
    private readonly Func<ClockReading> read = read ?? (() => new ClockReading(system.GetUtcNow()));
    private readonly Lock gate = new();
    private volatile Known? known;

    /// <summary>Service time. Equal to the time of day if the service was never off and the system clock was always right.</summary>
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

    /// <summary>The date and time of day derived from measured time. A system clock that is wrong for less than some hours does not affect it.</summary>
    public DateTimeOffset Calendar => ToCalendar(GetUtcNow());

    /// <summary>The earliest possible calendar time: data kept until a date is kept until this reaches the date.</summary>
    public DateTimeOffset EarliestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall < calendar ? wall : calendar;

    /// <summary>The latest possible calendar time: an event with a later date has not happened.</summary>
    public DateTimeOffset LatestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall > calendar ? wall : calendar;

    /// <summary>Converts service time to calendar time.</summary>
    public DateTimeOffset ToCalendar(DateTimeOffset moment) => ClockRules.ToCalendar(Current.Mark, moment);

    /// <summary>The date to show for a time before which a user must not act: while the clocks differ, the later one.</summary>
    public DateTimeOffset ToPromise(DateTimeOffset moment) =>
        GetUtcNow() is var now && moment > now && LatestCalendar is var latest && latest - ToCalendar(now) >= ClockRules.Negligible ? latest + (moment - now) : ToCalendar(moment);

    /// <summary>Converts an external date, such as the expiry of a certificate, to service time.</summary>
    public DateTimeOffset FromCalendar(DateTimeOffset date) => date - Current.Mark.Calendar[^1].Offset;

    /// <summary>Continues from the marks that earlier processes and other silos have stored. Call it before the first use of the clock.</summary>
    public ClockMark Restore(IReadOnlyCollection<ClockMark> stored)
    {
        lock (gate)
        {
            var now = read();
            // The newest mark has the most measured time, after adding each machine's time since then.
            var mark = stored.Select(mark => ClockRules.Resume(mark, now)).MaxBy(mark => (mark.Time, mark.GapAt != mark.Time)) ?? ClockRules.Begin(now);
            known = new Known(mark, system.GetTimestamp());
            return mark;
        }
    }

    /// <summary>Reads the clocks again.</summary>
    /// <param name="others">Recent marks of other silos.</param>
    /// <returns>The mark to store.</returns>
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
