namespace MtaSts.Grains.Clocks;

/// <summary>
/// How service time goes on. In a process, and between processes of one run of the operating system, it is measured by clocks that nobody can set. Only the time in
/// which the machine was off must be taken from the system's clock, and is after that clock has kept its word for <see cref="GapAgreement"/>: a clock that is wrong
/// for minutes, at the start or later, adds nothing; a long shutdown delays what is due by no more than that.
/// </summary>
public static class ClockRules
{
    /// <summary>A smaller difference is followed at once: time servers correct clocks by such steps.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>How long the system's clock must agree before the time in which the machine was off counts. Longer than it takes to notice a wrong clock; shorter than the working day of a machine that is off at night.</summary>
    public static readonly TimeSpan GapAgreement = TimeSpan.FromHours(6);

    /// <summary>How long it must agree before dates follow a change that no shutdown explains. It contradicts what was measured, so it takes longer.</summary>
    public static readonly TimeSpan CorrectionAgreement = TimeSpan.FromHours(24);

    /// <summary>After a boot: machines without a battery get the time from the network within minutes.</summary>
    public static readonly TimeSpan SettlesWithin = TimeSpan.FromMinutes(15);

    /// <summary>The first start on a store: there is nothing to compare with.</summary>
    public static ClockMark Begin(ClockReading now) => new() { Time = now.Wall, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot };

    /// <summary>A process starts after another.</summary>
    public static ClockMark Resume(ClockMark last, ClockReading now)
    {
        if (Proven(last, now) is { } elapsed)
            return Judge(At(last, elapsed, now), elapsed);
        var off = now.Wall - last.Wall;
        return Judge(At(last, TimeSpan.Zero, now) with { Unproven = last.Unproven + (off > TimeSpan.Zero ? off : TimeSpan.Zero), Settling = SettlesWithin }, TimeSpan.Zero);
    }

    /// <summary>Time passes in a running process.</summary>
    /// <param name="elapsed">By the process's own monotonic clock, which may not count while the machine sleeps.</param>
    public static ClockMark Advance(ClockMark last, TimeSpan elapsed, ClockReading now)
    {
        var passed = Proven(last, now) is { } proven && proven > elapsed ? proven : elapsed;
        return Judge(At(last, passed, now), passed);
    }

    /// <summary>Another silo has measured more, which therefore has passed.</summary>
    public static ClockMark Join(ClockMark mark, DateTimeOffset time)
    {
        if (time <= mark.Time)
            return mark;
        var left = mark.Unproven - (time - mark.Time);
        return mark with { Time = time, Unproven = left > TimeSpan.Zero ? left : TimeSpan.Zero };
    }

    /// <summary>What the operator is told; null while the clocks agree.</summary>
    public static string? Problem(ClockMark mark)
    {
        if (!mark.IsInDoubt)
            return null;
        var length = mark.Differs.Duration();
        var size = length < TimeSpan.FromHours(2) ? $"{length.TotalMinutes:0} minutes" : length < TimeSpan.FromDays(2) ? $"{length.TotalHours:0} hours" : $"{length.TotalDays:0} days";
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The system clock is {size} {(mark.Differs > TimeSpan.Zero ? "ahead of" : "behind")} the time this service has measured. Retirements and deletions wait. If the clock is wrong, set it; if it is right, it is accepted after {Needed(mark).TotalHours:0} hours.");
    }

    /// <summary>Time since the mark by the operating system's own count; null when it was booted since, or does not tell.</summary>
    private static TimeSpan? Proven(ClockMark last, ClockReading now) =>
        now.Boot is not null && now.Boot == last.Boot && now.SinceBoot >= last.SinceBoot ? now.SinceBoot - last.SinceBoot : null;

    private static ClockMark At(ClockMark last, TimeSpan elapsed, ClockReading now) =>
        last with { Time = last.Time + elapsed, Wall = now.Wall, Boot = now.Boot, SinceBoot = now.SinceBoot };

    private static ClockMark Judge(ClockMark mark, TimeSpan elapsed)
    {
        var differs = mark.Wall - mark.Time - mark.Calendar;
        var isSettling = mark.Settling > TimeSpan.Zero;
        mark = mark with
        {
            Settling = mark.Settling > elapsed ? mark.Settling - elapsed : TimeSpan.Zero,
            Unproven = isSettling && differs > mark.Unproven ? differs : mark.Unproven,
        };
        if (differs.Duration() <= Tolerance)
            return mark with { Calendar = mark.Calendar + differs, Unproven = isSettling ? mark.Unproven : TimeSpan.Zero, Differs = TimeSpan.Zero, AgreedFor = TimeSpan.Zero };
        mark = mark with { AgreedFor = (differs - mark.Differs).Duration() <= Tolerance ? mark.AgreedFor + elapsed : TimeSpan.Zero, Differs = differs };
        if (mark.AgreedFor < Needed(mark))
            return mark;
        var off = differs < TimeSpan.Zero ? TimeSpan.Zero : differs < mark.Unproven ? differs : mark.Unproven;
        return mark with { Time = mark.Time + off, Calendar = mark.Calendar + differs - off, Unproven = TimeSpan.Zero, Differs = TimeSpan.Zero, AgreedFor = TimeSpan.Zero };
    }

    private static TimeSpan Needed(ClockMark mark) =>
        mark.Differs > TimeSpan.Zero && mark.Differs <= mark.Unproven + Tolerance ? GapAgreement : CorrectionAgreement;
}
