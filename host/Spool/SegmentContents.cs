namespace MtaSts.Host.Spool;

/// <summary>A stretch of a segment whose bytes are not those that were written.</summary>
internal readonly record struct DamagedStretch(int Offset, int Length);

/// <summary>What a segment holds, read from its bytes alone.</summary>
/// <param name="Records">Each as it was written, in order.</param>
/// <param name="Damage">What lies between them and cannot be read.</param>
/// <param name="Torn">Bytes at the end that a write left unfinished: nobody was told that they are kept.</param>
/// <param name="IsNewer">A newer version wrote it: nothing was read, and nothing must be touched.</param>
internal sealed record SegmentContents(IReadOnlyList<SpoolRecord> Records, IReadOnlyList<DamagedStretch> Damage, int Torn, bool IsNewer)
{
    public static SegmentContents Read(ReadOnlyMemory<byte> segment)
    {
        var bytes = segment.Span;
        if (bytes.Length < SegmentHeader.Length || !bytes.ContainsAnyExcept((byte)0))
            return new([], [], bytes.Length, false); // The header is durable before the first acknowledgement.
        var (records, damage) = (new List<SpoolRecord>(), new List<DamagedStretch>());
        var version = SegmentHeader.ReadVersion(bytes);
        if (version is > SegmentHeader.Version)
            return new([], [], 0, true);
        var mark = SegmentHeader.Mark(bytes);
        if (version is null)
        {
            damage.Add(new(0, SegmentHeader.Length));
            // The first record begins with the mark too.
            if (bytes.Length >= SegmentHeader.Length + SegmentHeader.MarkLength)
                mark = bytes.Slice(SegmentHeader.Length, SegmentHeader.MarkLength);
        }
        for (var at = SegmentHeader.Length; at < bytes.Length;)
        {
            var length = SpoolRecord.ReadHead(bytes, mark, at);
            if (length > bytes.Length - at || (length == 0 && IsUnfinished(bytes[at..], mark)))
                return new(records, damage, bytes.Length - at, false);
            if (length == 0)
            {
                length = Next(bytes, mark, at) - at;
                damage.Add(new(at, length));
            }
            else if (SpoolRecord.Read(segment, at, length) is { } record)
            {
                records.Add(record);
            }
            else
            {
                damage.Add(new(at, length));
            }
            at += length;
        }
        return new(records, damage, 0, false);
    }

    /// <summary>The beginning of a head, or room that the file system gave to a write that never came.</summary>
    private static bool IsUnfinished(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> mark) =>
        (rest.Length < SpoolRecord.HeadLength && mark.StartsWith(rest[..Math.Min(rest.Length, mark.Length)])) || !rest.ContainsAnyExcept((byte)0);

    /// <summary>Where the next true head stands; the end where there is none.</summary>
    private static int Next(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark, int from)
    {
        for (var at = from + 1; at < bytes.Length; at++)
        {
            var found = bytes[at..].IndexOf(mark);
            if (found < 0)
                break;
            at += found;
            if (SpoolRecord.ReadHead(bytes, mark, at) > 0)
                return at;
        }
        return bytes.Length;
    }
}
