namespace MtaSts.Grains;

/// <summary>How long a report address works on after it was renewed.</summary>
public static class ReportAddressGrace
{
    /// <summary>The address is flooded, and what comes to it is worth less than the flood costs.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.Zero;

    /// <summary>When nothing is said: longer than any TTL in use and the two days that a report may take.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(14);

    /// <summary>Who has not seen the new record by then does not look at it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);
}
