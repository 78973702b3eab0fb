namespace MtaSts.Grains.Clocks;

/// <summary>What the clocks of a machine say at one moment.</summary>
/// <param name="Wall">The system's clock, which somebody may set.</param>
/// <param name="Boot">Identifies the run of the operating system; null where it cannot be told.</param>
/// <param name="SinceBoot">Time since then, time asleep included; nobody can set it.</param>
public readonly record struct ClockReading(DateTimeOffset Wall, string? Boot = null, TimeSpan SinceBoot = default);

/// <summary>What is known of time at one moment: stored, so that the next process goes on from it.</summary>
public sealed record ClockMark
{
    /// <summary>Service time: grows by no more than what has passed, and never goes back.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The system's clock at that moment.</summary>
    public required DateTimeOffset Wall { get; init; }

    /// <summary>What is added to service time for dates that people read: follows the system's clock once that is believed.</summary>
    public TimeSpan Calendar { get; init; }

    public string? Boot { get; init; }

    public TimeSpan SinceBoot { get; init; }

    /// <summary>How much time may have passed while nothing measured it, because the machine was off: the most that agreement may add to service time.</summary>
    public TimeSpan Unproven { get; init; }

    /// <summary>For how long after such a start a change of the system's clock still counts as its being set after the boot.</summary>
    public TimeSpan Settling { get; init; }

    /// <summary>By how much the system's clock differs from what is expected, and for how long that has stayed the same.</summary>
    public TimeSpan Differs { get; init; }

    public TimeSpan AgreedFor { get; init; }

    /// <summary>The system's clock is not believed at the moment.</summary>
    public bool IsInDoubt => Differs != TimeSpan.Zero;
}
