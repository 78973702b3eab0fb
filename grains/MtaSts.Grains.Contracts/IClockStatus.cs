namespace MtaSts.Grains;

/// <summary>Whether the system clock is believed, for the operator.</summary>
public interface IClockStatus
{
    /// <summary>What is wrong with it, what waits for that and what to do; null while it agrees with the time measured. Fit for a place that strangers may read.</summary>
    string? Problem { get; }
}
