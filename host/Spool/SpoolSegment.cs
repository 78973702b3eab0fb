namespace MtaSts.Host.Spool;

/// <summary>What is known of a segment without reading it: the records that wait in it.</summary>
internal sealed class SpoolSegment(string name)
{
    public string Name => name;

    /// <summary>Bytes on the disk.</summary>
    public long Length { get; set; }

    /// <summary>By offset; what is not among them was drained, or was never acknowledged.</summary>
    public Dictionary<int, WaitingRecord> Waiting { get; } = [];

    /// <summary>Deliveries that failed, by offset.</summary>
    public Dictionary<int, int> Failures { get; } = [];

    /// <summary>Offsets that need no delivery any more.</summary>
    public HashSet<int> Done { get; } = [];

    public DateTimeOffset? Since { get; set; }

    /// <summary>Found at the start and not readable so far: what waits in it nobody knows, and it counts as one record.</summary>
    public bool IsUnread { get; set; }
}

/// <summary>A record that waits, for the quota.</summary>
internal readonly record struct WaitingRecord(string Token, int Length, bool IsKnown);

/// <summary>What became of a record that was to be spooled. A closed set.</summary>
internal abstract record Spooled
{
    private Spooled() { }

    /// <summary>On the disk.</summary>
    public sealed record Kept : Spooled;

    /// <summary>No room, see <see cref="SpoolQuota"/>.</summary>
    /// <param name="Why">For the metric: <c>full</c>, <c>full-unknown</c>, <c>full-token</c>, <c>disk</c>.</param>
    public sealed record Full(string Why) : Spooled;

    /// <summary>The disk refused.</summary>
    public sealed record Failed(Exception Cause) : Spooled;
}
