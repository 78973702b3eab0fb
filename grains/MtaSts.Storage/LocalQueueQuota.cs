namespace MtaSts.Storage;

/// <summary>Limits of the local queue.</summary>
/// <param name="MaxBytes">Bytes of all records, including those set aside, and of damaged files that were kept.</param>
/// <param name="MaxRecords">Waiting records.</param>
/// <param name="MinFreeBytes">Bytes that stay free on the disk.</param>
internal sealed record LocalQueueLimits(long MaxBytes, int MaxRecords, long MinFreeBytes);

/// <summary>Result of an append. A closed set.</summary>
internal abstract record AppendResult
{
    private AppendResult() { }

    /// <summary>On the disk.</summary>
    public sealed record Stored : AppendResult;

    /// <summary>Refused: the queue or the disk has no space, or the queue is closed.</summary>
    /// <param name="Why">The reason, as in the metric: <c>full</c>, <c>full-unknown</c>, <c>full-token</c> (see <see cref="LocalQueueQuota"/>), <c>disk</c>, <c>busy</c> or <c>stopping</c>.</param>
    public sealed record Full(string Why) : AppendResult;

    /// <summary>The write failed.</summary>
    public sealed record Failed(Exception Cause) : AppendResult;
}

/// <summary>State of the local queue.</summary>
/// <param name="Records">Waiting records.</param>
/// <param name="Bytes">Bytes of all records and of the damaged files.</param>
/// <param name="Since">When the first waiting record was received.</param>
/// <param name="SetAside">Records that the store has refused, or whose bytes are damaged.</param>
/// <param name="DamagedFiles">Names of damaged databases that were kept.</param>
internal sealed record LocalQueueState(long Records, long Bytes, DateTimeOffset? Since, long SetAside, IReadOnlyList<string> DamagedFiles);

/// <summary>
/// Quotas of the local queue. While storage is unavailable, invented tokens cannot be distinguished from valid ones. All well-formed tokens are accepted, but those that were not
/// recently seen in storage share a part of the space, and each of them has a small share. So junk cannot use up the space for reports of known claims, and no claim can use up the
/// space for others.
/// </summary>
internal sealed class LocalQueueQuota(LocalQueueLimits limits)
{
    /// <summary>Divisor: all tokens that were not recently seen in storage may together use one half of the space.</summary>
    private const int UnknownPart = 2;

    /// <summary>Divisor: the share of one such token.</summary>
    private const int OneUnknownPart = 64;

    /// <summary>Divisor: the share of one recently seen token.</summary>
    private const int OneKnownPart = 8;

    private readonly Dictionary<string, Room> tokens = new(StringComparer.Ordinal);
    private Room unknown;

    /// <summary>Total of waiting records.</summary>
    public Room Total { get; private set; }

    /// <summary>Why the record is refused; null when it is accepted.</summary>
    /// <param name="used">Bytes of all records, including those set aside.</param>
    public string? Refusal(string token, int length, bool isKnown, long used)
    {
        if (used + length > limits.MaxBytes || Total.Records + 1 > limits.MaxRecords)
            return "full";
        if (!isKnown && Exceeds(unknown, length, UnknownPart))
            return "full-unknown";
        return Exceeds(tokens.GetValueOrDefault(token), length, isKnown ? OneKnownPart : OneUnknownPart) ? "full-token" : null;
    }

    public void Add(string token, int length, bool isKnown) => Change(token, new Room(1, length), isKnown);

    public void Remove(string token, int length, bool isKnown) => Change(token, new Room(-1, -length), isKnown);

    private bool Exceeds(Room room, int length, int part) =>
        // One record of any size fits into an unused share.
        room.Records > 0 && (room.Bytes + length > limits.MaxBytes / part || room.Records + 1 > Math.Max(1, limits.MaxRecords / part));

    private void Change(string token, Room by, bool isKnown)
    {
        Total = Total.With(by);
        if (!isKnown)
            unknown = unknown.With(by);
        var room = tokens.GetValueOrDefault(token).With(by);
        if (room.Records == 0)
            tokens.Remove(token);
        else
            tokens[token] = room;
    }

    internal readonly record struct Room(long Records, long Bytes)
    {
        public Room With(Room by) => new(Records + by.Records, Bytes + by.Bytes);
    }
}
