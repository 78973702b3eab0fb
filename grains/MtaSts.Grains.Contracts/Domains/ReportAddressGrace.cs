namespace MtaSts.Grains;

/// <summary>How long a previous report address works after a renewal.</summary>
public static class ReportAddressGrace
{
    /// <summary>The address stops working immediately; for a flooded address.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.Zero;

    /// <summary>The default: longer than any TTL in use and the two days within which reports arrive.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(14);

    /// <summary>A sender that has not seen the new record by then does not look it up at all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);
}
