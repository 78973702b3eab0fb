namespace MtaSts.Host.Spool;

/// <summary>
/// What may wait in the spool. While storage is down nobody can tell a made-up token from a claim's: all well-formed ones are taken, but
/// those not lately seen in storage share a part of the room, and each has a small share of its own. Junk cannot displace the reports of
/// claims that are known, and no claim those of the others.
/// </summary>
internal sealed class SpoolQuota(SpoolOptions limits)
{
    /// <summary>Part of the room for all tokens together that were not lately seen in storage: one half.</summary>
    private const int UnknownPart = 2;

    /// <summary>Part of the room for one such token.</summary>
    private const int OneUnknownPart = 64;

    /// <summary>Part of the room for one token that was.</summary>
    private const int OneKnownPart = 8;

    private readonly Dictionary<string, Room> tokens = new(StringComparer.Ordinal);
    private Room unknown;

    /// <summary>All that waits.</summary>
    public Room Total { get; private set; }

    /// <summary>Why the record is not taken; null when it is.</summary>
    /// <param name="used">Bytes on the disk, drained ones that are not yet given back among them.</param>
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
        // At least one record, whatever its size: a share is there to keep many out.
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
