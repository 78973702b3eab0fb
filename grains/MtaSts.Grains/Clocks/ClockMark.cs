using System.Collections.Immutable;

namespace MtaSts.Grains.Clocks;

/// <summary>What the clocks of a machine say at one moment.</summary>
/// <param name="Wall">The system clock, which anybody with the right may set.</param>
/// <param name="Boot">Identifies the run of the operating system; null where the system does not tell.</param>
/// <param name="SinceBoot">Time since then by the kernel's own count, sleep included; nobody can set it.</param>
public readonly record struct ClockReading(DateTimeOffset Wall, string? Boot = null, TimeSpan SinceBoot = default);

/// <summary>From one moment of service time on, by how much the calendar is ahead of service time.</summary>
public readonly record struct CalendarStep(DateTimeOffset From, TimeSpan Offset);

/// <summary>What is known of time at one moment. Stored, so that the next process continues from it.</summary>
public sealed record ClockMark
{
    /// <summary>Service time: between two moments it grows by no more than the time that has passed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The system clock at that moment.</summary>
    public required DateTimeOffset Wall { get; init; }

    public string? Boot { get; init; }

    public TimeSpan SinceBoot { get; init; }

    /// <summary>How dates follow from service time, oldest first; never empty.</summary>
    public required ImmutableArray<CalendarStep> Calendar { get; init; }

    /// <summary>When the service last continued after a time that nothing measured: the machine was off, or another machine took over. Null before the first time.</summary>
    public DateTimeOffset? GapAt { get; init; }

    /// <summary>By how much the system clock is ahead of the calendar, when that is too much to follow at once; zero otherwise.</summary>
    public TimeSpan Differs { get; init; }

    /// <summary>For how long that difference has stayed the same, in measured time.</summary>
    public TimeSpan AgreedFor { get; init; }

    /// <summary>The difference appeared soon after <see cref="GapAt"/>, so a standstill may be its reason.</summary>
    public bool IsExplained { get; init; }
}
