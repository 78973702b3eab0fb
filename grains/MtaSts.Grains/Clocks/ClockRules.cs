using System.Collections.Immutable;
using System.Globalization;

namespace MtaSts.Grains.Clocks;

/// <summary>
/// How service time and the calendar continue. Service time counts only measured time: it never advances more than the time that has passed. Time
/// that was not measured (the machine was off) is never counted, not even later, because it would be credited to periods that started after it. The calendar, used for dates,
/// adopts such time from the system clock after that has been steady.
/// </summary>
public static class ClockRules
{
    /// <summary>A smaller difference is ignored, so that a date that is read twice stays the same: the system clock and the measured time never agree exactly.</summary>
    public static readonly TimeSpan Negligible = TimeSpan.FromSeconds(1);

    /// <summary>A smaller difference is followed immediately: time servers correct clocks by such steps.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>After a standstill the calendar immediately follows a clock that is ahead by at most this: a reboot or a move to another machine takes minutes.</summary>
    public static readonly TimeSpan ShortStandstill = TimeSpan.FromHours(1);

    /// <summary>How long after a standstill a change of the system clock counts as part of it: machines without a battery get the time from the network within minutes.</summary>
    public static readonly TimeSpan ExplainedWithin = TimeSpan.FromMinutes(15);

    /// <summary>How long the system clock must be steady before the calendar follows it over a standstill or back. Longer than noticing a wrong clock takes; shorter than the working day of a machine that is off at night.</summary>
    public static readonly TimeSpan Agreement = TimeSpan.FromHours(6);

    /// <summary>The same for a clock that is ahead without a standstill. The calendar controls deletion, so no data must be lost during a weekend without an operator.</summary>
    public static readonly TimeSpan UnexplainedAgreement = TimeSpan.FromHours(96);

    /// <summary>Maximum number of calendar steps kept. Each standstill longer than <see cref="Tolerance"/> adds one; beyond this the oldest dates become less exact.</summary>
    public const int MaxSteps = 100;

    /// <summary>The first start on a store, without earlier marks.</summary>
    public static ClockMark Begin(ClockReading now) =>
        new() { Time = now.Wall, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot, Calendar = [new CalendarStep(now.Wall, TimeSpan.Zero)] };

    /// <summary>Continues from a stored mark.</summary>
    public static ClockMark Resume(ClockMark last, ClockReading now)
    {
        var isMeasured = now.Boot is not null && now.Boot == last.Boot && now.SinceBoot >= last.SinceBoot;
        return Advance(isMeasured ? last : last with { GapAt = last.Time }, TimeSpan.Zero, now);
    }

    /// <summary>Advances the clocks.</summary>
    /// <param name="elapsed">Elapsed time by the process's monotonic clock, which may stop while the machine sleeps, and which a shim can change.</param>
    /// <param name="elsewhere">Service time measured by another silo, which therefore has passed.</param>
    public static ClockMark Advance(ClockMark last, TimeSpan elapsed, ClockReading now, DateTimeOffset? elsewhere = null)
    {
        var passed = Passed(last, elapsed, now);
        var time = last.Time + passed;
        return Follow(last with { Time = elsewhere > time ? elsewhere.Value : time, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot }, passed);
    }

    /// <summary>
    /// The time since the mark, by a clock that cannot be set: the operating system's count since boot, across processes and sleep. Where that is unavailable,
    /// the process's monotonic clock. The system clock is not used.
    /// </summary>
    public static TimeSpan Passed(ClockMark last, TimeSpan elapsed, ClockReading now)
    {
        var passed = now.Boot is not null && now.Boot == last.Boot ? now.SinceBoot - last.SinceBoot : elapsed;
        return passed > TimeSpan.Zero ? passed : TimeSpan.Zero;
    }

    /// <summary>Converts service time to calendar time.</summary>
    public static DateTimeOffset ToCalendar(ClockMark mark, DateTimeOffset moment)
    {
        var step = mark.Calendar[0];
        foreach (var next in mark.Calendar)
            step = next.From <= moment ? next : step;
        return moment + step.Offset;
    }

    /// <summary>The message for the operator; null while the clocks agree.</summary>
    public static string? Problem(ClockMark mark)
    {
        if (mark.Differs == TimeSpan.Zero)
            return null;
        var length = mark.Differs.Duration();
        var size = length < TimeSpan.FromHours(2) ? Words(length.TotalMinutes, "minute") : length < TimeSpan.FromDays(2) ? Words(length.TotalHours, "hour") : Words(length.TotalDays, "day");
        var left = Math.Ceiling((Needed(mark) - mark.AgreedFor).TotalHours);
        return string.Create(CultureInfo.InvariantCulture,
            $"The system clock is {size} {(mark.Differs > TimeSpan.Zero ? "ahead of" : "behind")} the time this service has measured. Retirements go by the measured time; dates and the deletion of old data do not follow the system clock yet. If the clock is wrong, set it. If it is right, nothing needs to be done: dates follow it when it has not changed for {Words(left, "more hour")}.");
    }

    private static string Words(double count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:0} {noun}{(Math.Round(count) == 1 ? "" : "s")}");

    private static ClockMark Follow(ClockMark mark, TimeSpan passed)
    {
        var last = mark.Calendar[^1];
        var differs = mark.Wall - mark.Time - last.Offset;
        if (differs.Duration() < Negligible)
            return Agreed(mark);
        if (differs.Duration() <= Tolerance)
            return Agreed(mark) with { Calendar = mark.Calendar.SetItem(mark.Calendar.Length - 1, last with { Offset = last.Offset + differs }) };
        if ((differs - mark.Differs).Duration() <= Tolerance)
            mark = mark with { AgreedFor = mark.AgreedFor + passed };
        else
            mark = mark with { Differs = differs, AgreedFor = TimeSpan.Zero, IsExplained = mark.Time - mark.GapAt <= ExplainedWithin };
        var isShort = mark.IsExplained && differs > TimeSpan.Zero && differs <= ShortStandstill;
        return isShort || mark.AgreedFor >= Needed(mark) ? Agreed(mark) with { Calendar = Add(mark.Calendar, new CalendarStep(From(mark), last.Offset + differs)) } : mark;
    }

    /// <summary>Start of the new dates: the time of the change, which is in the past.</summary>
    private static DateTimeOffset From(ClockMark mark)
    {
        var began = mark.Time - mark.AgreedFor;
        return mark is { IsExplained: true, GapAt: { } gap } && gap < began ? gap : began;
    }

    private static ImmutableArray<CalendarStep> Add(ImmutableArray<CalendarStep> calendar, CalendarStep step)
    {
        var kept = calendar.Where(earlier => earlier.From < step.From).Append(step).ToImmutableArray();
        return kept.Length > MaxSteps ? kept.RemoveAt(0) : kept;
    }

    private static ClockMark Agreed(ClockMark mark) => mark with { Differs = TimeSpan.Zero, AgreedFor = TimeSpan.Zero, IsExplained = false };

    private static TimeSpan Needed(ClockMark mark) => mark.Differs < TimeSpan.Zero || mark.IsExplained ? Agreement : UnexplainedAgreement;
}
