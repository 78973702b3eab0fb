using System.Collections.Immutable;
using System.Globalization;

namespace MtaSts.Grains.Clocks;

/// <summary>
/// How service time and the calendar continue. Service time counts only what was measured: of any two moments, no more service time lies between them than has passed. Time
/// that nothing measured (the machine was off) is not counted, also not later, because it would be credited to what began after it. The calendar, which dates follow, takes
/// such time from the system clock once that has been steady.
/// </summary>
public static class ClockRules
{
    /// <summary>A smaller difference is followed at once: time servers correct clocks by such steps.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>After a standstill the calendar follows a clock that is ahead by no more than this at once: every reboot and every move to another machine takes minutes.</summary>
    public static readonly TimeSpan ShortStandstill = TimeSpan.FromHours(1);

    /// <summary>How long after a standstill a change of the system clock counts as part of it: machines without a battery get the time from the network within minutes.</summary>
    public static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(15);

    /// <summary>How long the system clock must stay the same until the calendar follows it over a standstill, or back. Longer than it takes to notice a wrong clock; shorter than the working day of a machine that is off at night.</summary>
    public static readonly TimeSpan Agreement = TimeSpan.FromHours(6);

    /// <summary>The same for a clock that is ahead without a standstill. Data is deleted by the calendar, so an operator who is away for a weekend must not lose any.</summary>
    public static readonly TimeSpan UnexplainedAgreement = TimeSpan.FromHours(96);

    /// <summary>Steps of the calendar that are kept. One is made for each standstill longer than <see cref="Tolerance"/>; beyond this the dates of the oldest moments become less exact.</summary>
    public const int MaxSteps = 100;

    /// <summary>The first start on a store: there is nothing to compare with.</summary>
    public static ClockMark Begin(ClockReading now) =>
        new() { Time = now.Wall, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot, Calendar = [new CalendarStep(now.Wall, TimeSpan.Zero)] };

    /// <summary>A process continues from what another has stored.</summary>
    public static ClockMark Resume(ClockMark last, ClockReading now)
    {
        var isMeasured = now.Boot is not null && now.Boot == last.Boot && now.SinceBoot >= last.SinceBoot;
        return Advance(isMeasured ? last : last with { GapAt = last.Time }, TimeSpan.Zero, now);
    }

    /// <summary>Time passes.</summary>
    /// <param name="elapsed">By the process's own monotonic clock, which may not count while the machine sleeps, and which a shim can move.</param>
    /// <param name="elsewhere">What another silo has measured, which therefore has passed.</param>
    public static ClockMark Advance(ClockMark last, TimeSpan elapsed, ClockReading now, DateTimeOffset? elsewhere = null)
    {
        var passed = Passed(last, elapsed, now);
        var time = last.Time + passed;
        return Follow(last with { Time = elsewhere > time ? elsewhere.Value : time, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot }, passed);
    }

    /// <summary>
    /// The time that has passed since the mark, by what nobody can set: the operating system's own count since its boot, across processes and sleep too. Where that is not known,
    /// by the process's monotonic clock. The system clock is not used.
    /// </summary>
    public static TimeSpan Passed(ClockMark last, TimeSpan elapsed, ClockReading now)
    {
        var passed = now.Boot is not null && now.Boot == last.Boot ? now.SinceBoot - last.SinceBoot : elapsed;
        return passed > TimeSpan.Zero ? passed : TimeSpan.Zero;
    }

    /// <summary>The calendar's date of a moment in service time.</summary>
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
        var size = length < TimeSpan.FromHours(2) ? $"{length.TotalMinutes:0} minutes" : length < TimeSpan.FromDays(2) ? $"{length.TotalHours:0} hours" : $"{length.TotalDays:0} days";
        var left = Math.Ceiling((Needed(mark) - mark.AgreedFor).TotalHours);
        return string.Create(CultureInfo.InvariantCulture,
            $"The system clock is {size} {(mark.Differs > TimeSpan.Zero ? "ahead of" : "behind")} the time this service has measured. Retirements go by the measured time; dates and the deletion of old data do not follow the system clock yet. If the clock is wrong, set it. If it is right, nothing needs to be done: dates follow it when it has not changed for {left:0} more hours.");
    }

    private static ClockMark Follow(ClockMark mark, TimeSpan passed)
    {
        var last = mark.Calendar[^1];
        var differs = mark.Wall - mark.Time - last.Offset;
        if (differs.Duration() <= Tolerance)
            return Agreed(mark) with { Calendar = mark.Calendar.SetItem(mark.Calendar.Length - 1, last with { Offset = last.Offset + differs }) };
        if ((differs - mark.Differs).Duration() <= Tolerance)
            mark = mark with { AgreedFor = mark.AgreedFor + passed };
        else
            mark = mark with { Differs = differs, AgreedFor = TimeSpan.Zero, IsExplained = mark.Time - mark.GapAt <= SettlesWithin };
        var isShort = mark.IsExplained && differs > TimeSpan.Zero && differs <= ShortStandstill;
        return isShort || mark.AgreedFor >= Needed(mark) ? Agreed(mark) with { Calendar = Add(mark.Calendar, new CalendarStep(From(mark), last.Offset + differs)) } : mark;
    }

    /// <summary>Moments from the time of the change on have the new dates: it began a while ago.</summary>
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
