namespace MtaSts.Grains.Clocks;

/// <summary>
/// The clock of everything that has consequences: a retirement, a deletion, a takeover, what is due next. It says "that moment has passed" only when that much time was
/// measured (<see cref="ClockRules"/>), whatever the system's clock is set to, and it never goes back, so that nothing waits for a moment that lies in a wrong future.
/// Dates that people read and dates that come from outside belong to the calendar: <see cref="ToCalendar"/> and <see cref="FromCalendar"/> lead from one to the other.
/// </summary>
/// <param name="system">Its monotonic clock and timers are used, its time of day is judged.</param>
/// <param name="read">What the machine's clocks say; null where only <paramref name="system"/> does.</param>
public sealed class ServiceClock(TimeProvider system, Func<ClockReading>? read = null) : TimeProvider, IClockStatus
{
    private readonly Func<ClockReading> read = read ?? (() => new ClockReading(system.GetUtcNow()));
    private readonly Lock gate = new();
    private volatile Known? known;

    /// <summary>Service time. As long as nothing went wrong with the system's clock the two are the same.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = Current;
        return now.Mark.Time + system.GetElapsedTime(now.At);
    }

    public override long TimestampFrequency => system.TimestampFrequency;

    public override long GetTimestamp() => system.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => system.CreateTimer(callback, state, dueTime, period);

    /// <summary>What the operator is to be told of the clocks; null while they agree.</summary>
    public string? Problem => ClockRules.Problem(Current.Mark);

    /// <summary>The earliest that the calendar can be: what is kept until a date is kept until this has come.</summary>
    public DateTimeOffset EarliestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall < calendar ? wall : calendar;

    /// <summary>The latest that it can be: what is dated later has not happened.</summary>
    public DateTimeOffset LatestCalendar => Calendar is var calendar && system.GetUtcNow() is var wall && wall > calendar ? wall : calendar;

    /// <summary>The calendar's date of a moment in service time.</summary>
    public DateTimeOffset ToCalendar(DateTimeOffset moment) => moment + Current.Mark.Calendar;

    /// <summary>The moment in service time of a date from outside, such as a certificate's end.</summary>
    public DateTimeOffset FromCalendar(DateTimeOffset date) => date - Current.Mark.Calendar;

    /// <summary>Goes on from what earlier processes, and other silos, have stored. Before anybody asks for the time.</summary>
    public ClockMark Restore(IReadOnlyCollection<ClockMark> stored)
    {
        lock (gate)
        {
            var now = read();
            // The store's own order says nothing: the newest is what most time was measured for, once each machine's count since is added.
            var mark = stored.Select(mark => ClockRules.Resume(mark, now)).MaxBy(mark => (mark.Time, mark.Boot == now.Boot)) ?? ClockRules.Begin(now);
            known = new Known(mark, system.GetTimestamp());
            return mark;
        }
    }

    /// <summary>Looks at the clocks again.</summary>
    /// <param name="others">What other silos have measured lately.</param>
    /// <returns>What is to be stored.</returns>
    public ClockMark Look(IReadOnlyCollection<ClockMark> others)
    {
        lock (gate)
        {
            var before = Current;
            var at = system.GetTimestamp();
            var mark = ClockRules.Advance(before.Mark, system.GetElapsedTime(before.At, at), read());
            foreach (var other in others)
                mark = ClockRules.Join(mark, other.Time);
            known = new Known(mark, at);
            return mark;
        }
    }

    private DateTimeOffset Calendar => ToCalendar(GetUtcNow());

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
