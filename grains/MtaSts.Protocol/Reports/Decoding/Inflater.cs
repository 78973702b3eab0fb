using System.Buffers.Binary;
using System.IO.Compression;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Unpacks compressed data into rented buffers, within what one delivery may unpack to.</summary>
internal sealed class Inflater(ReportLimits limits)
{
    private const int FirstBuffer = 4096;
    private const int LargestFirstBuffer = 1024 * 1024;

    private long _remaining = limits.MaxInflatedBytes;

    /// <summary>Takes <paramref name="count"/> bytes that another conversion has yielded.</summary>
    public void Spend(long count)
    {
        if (count > _remaining)
            throw new LimitExceededException(Refusals.InflatedTooLarge(limits));
        _remaining -= count;
    }

    /// <summary>Unpacks gzip of one or more members.</summary>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public PooledBytes Gunzip(ArraySegment<byte> packed)
    {
        using var source = new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false);
        using var stream = new GZipStream(source, CompressionMode.Decompress);
        return Inflate(stream, packed.Count, GzipSize(packed), long.MaxValue);
    }

    /// <summary>Unpacks raw deflate (RFC 1951) of a member that says how large it is.</summary>
    /// <exception cref="InvalidDataException">The data is damaged, or more than that.</exception>
    public PooledBytes Inflate(ArraySegment<byte> packed, long expected)
    {
        using var source = new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false);
        using var stream = new DeflateStream(source, CompressionMode.Decompress);
        return Inflate(stream, packed.Count, expected, expected);
    }

    /// <summary>The size that the last gzip member claims to have unpacked (modulo 2^32): a hint for the first buffer, never trusted.</summary>
    public static uint GzipSize(ReadOnlySpan<byte> packed)
        => packed.Length < 18 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]);

    private PooledBytes Inflate(Stream stream, int packedSize, long expected, long most)
    {
        var allowed = (int)Math.Min(_remaining, limits.MaxMemberBytes);
        // One byte of room more than claimed, so that the end is met without growing.
        var first = (int)Math.Clamp(Math.Min(expected, LargestFirstBuffer) + 1, FirstBuffer, LargestFirstBuffer);
        var output = new PooledBytes(Math.Min(first, allowed + 1));
        try
        {
            while (true)
            {
                if (output.Free.IsEmpty)
                    output.Grow(allowed + 1);
                var room = output.Free;
                if (room.Length > allowed + 1 - output.Length)
                    room = room[..(allowed + 1 - output.Length)];
                var read = stream.Read(room);
                if (read == 0)
                    break;
                output.Advance(read);
                if (output.Length > limits.RatioMeasuredFrom && output.Length > (long)packedSize * limits.MaxInflationRatio)
                    throw new PartLimitException(Refusals.RatioTooHigh(limits));
                if (output.Length > allowed)
                    throw allowed < _remaining ? new PartLimitException(Refusals.MemberTooLarge(limits)) : new LimitExceededException(Refusals.InflatedTooLarge(limits));
                if (output.Length > most)
                    throw new InvalidDataException();
            }
            _remaining -= output.Length;
            return output;
        }
        catch
        {
            // The work was done all the same: many parts that each fail late must not cost many times what one delivery may.
            _remaining = Math.Max(0, _remaining - output.Length);
            output.Dispose();
            throw;
        }
    }

    /// <summary>
    /// As many gzip members as an archive may have, and whether there are more. Each costs a fresh decompressor, so a file of a million empty members would keep a
    /// core busy. Their magic may also stand in packed data by chance, once in 16 MiB: that only makes the count too high by a few.
    /// </summary>
    public ArraySegment<byte> FirstMembers(ArraySegment<byte> packed, out bool hasMore)
    {
        const int SmallestMember = 20;
        hasMore = false;
        if (packed.Count <= SmallestMember * limits.MaxArchiveMembers || packed.AsSpan().Count(GzipMagic) <= limits.MaxArchiveMembers)
            return packed;
        var at = 0;
        for (var members = 0; members < limits.MaxArchiveMembers; members++)
            at = NextMember(packed, at + 1);
        hasMore = at < packed.Count;
        return packed[..at];
    }

    /// <summary>Where from <paramref name="from"/> on a gzip member may begin; the end when none does.</summary>
    public static int NextMember(ReadOnlySpan<byte> packed, int from)
    {
        while (from < packed.Length && packed[from..].IndexOf(GzipMagic) is >= 0 and var found)
        {
            const int Reserved = 0xE0;
            var at = from + found;
            if (at + 3 < packed.Length && (packed[at + 3] & Reserved) == 0)
                return at;
            from = at + 1;
        }
        return packed.Length;
    }

    private static ReadOnlySpan<byte> GzipMagic => [0x1F, 0x8B, 8];
}
