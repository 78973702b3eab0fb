namespace MtaSts.Grains;

/// <summary>Whether dates follow the system clock, for the operator.</summary>
public interface IClockStatus
{
    /// <summary>What is wrong, what is delayed as a result, and what to do; null while the system clock agrees with the measured time. Contains nothing confidential.</summary>
    string? Problem { get; }

    /// <summary>The date and time derived from the measured time, used to date observations.</summary>
    DateTimeOffset Calendar { get; }
}
