using System.Collections.Immutable;

namespace MtaSts.Grains.Clocks;

/// <summary>The readings of a machine's clocks at one time.</summary>
/// <param name="Wall">The system clock, which privileged users can set.</param>
/// <param name="Boot">Identifies the run of the operating system; null where not available.</param>
/// <param name="SinceBoot">Time since boot as counted by the kernel, including sleep; it cannot be set.</param>
public readonly record struct ClockReading(DateTimeOffset Wall, string? Boot = null, TimeSpan SinceBoot = default);

/// <summary>The offset of the calendar to service time, from a given service time on.</summary>
public readonly record struct CalendarStep(DateTimeOffset From, TimeSpan Offset);

/// <summary>State of the clocks at one time. Stored, so that the next process continues from it.</summary>
public sealed record ClockMark
{
    /// <summary>Service time: it never advances more than the time that has passed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The system clock at that moment.</summary>
    public required DateTimeOffset Wall { get; init; }

    public string? Boot { get; init; }

    public TimeSpan SinceBoot { get; init; }

    /// <summary>Steps that convert service time to dates, oldest first; never empty.</summary>
    public required ImmutableArray<CalendarStep> Calendar { get; init; }

    /// <summary>When the service last continued after an unmeasured period: the machine was off, or another machine took over. Null if this never happened.</summary>
    public DateTimeOffset? GapAt { get; init; }

    /// <summary>By how much the system clock is ahead of the calendar, when the difference is too large to follow immediately; zero otherwise.</summary>
    public TimeSpan Differs { get; init; }

    /// <summary>How long that difference has been constant, in measured time.</summary>
    public TimeSpan AgreedFor { get; init; }

    /// <summary>The difference appeared soon after <see cref="GapAt"/>, so a standstill may be the cause.</summary>
    public bool IsExplained { get; init; }
}
