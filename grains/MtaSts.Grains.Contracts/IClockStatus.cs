namespace MtaSts.Grains;

/// <summary>Whether dates follow the system clock, for the operator.</summary>
public interface IClockStatus
{
    /// <summary>What is wrong with it, what is delayed by that, and what to do; null while it agrees with the time measured. Contains nothing confidential.</summary>
    string? Problem { get; }
}
