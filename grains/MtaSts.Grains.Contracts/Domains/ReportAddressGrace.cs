namespace MtaSts.Grains;

/// <summary>How long an earlier report address works after it was renewed.</summary>
public static class ReportAddressGrace
{
    /// <summary>For an address that is flooded: it stops working at once.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.Zero;

    /// <summary>The default: longer than any TTL in use and the two days that a report may take.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromDays(14);

    /// <summary>A sender that has not seen the new record by then does not look it up.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);
}
