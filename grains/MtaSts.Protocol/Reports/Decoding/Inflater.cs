using System.IO.Compression;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Unpacks compressed data into rented buffers, within the budget of one delivery.</summary>
internal sealed class Inflater(ReportLimits limits, ReportBuffers buffers)
{
    private const int FirstBuffer = 4096;
    private const int LargestFirstBuffer = 1024 * 1024;

    private long _remaining = limits.MaxInflatedBytes;

    /// <summary>Spends <paramref name="count"/> bytes of the budget for another conversion.</summary>
    public void Spend(long count)
    {
        if (count > _remaining)
            throw new LimitExceededException(Refusals.InflatedTooLarge(limits));
        _remaining -= count;
    }

    /// <summary>A buffer for content of about this size.</summary>
    public PooledBytes Rent(long expected)
    {
        // One byte more than claimed, so that the end is detected without growing the buffer.
        var first = (int)Math.Clamp(Math.Min(expected, LargestFirstBuffer) + 1, FirstBuffer, LargestFirstBuffer);
        return new PooledBytes(buffers, Math.Min(first, Allowed + 1));
    }

    /// <summary>Unpacks the gzip member at the beginning of <paramref name="packed"/> and appends it to <paramref name="output"/>.</summary>
    /// <returns>Length of the member in bytes; null when it is truncated.</returns>
    /// <exception cref="InvalidDataException">The data is damaged.</exception>
    public int? Gunzip(ArraySegment<byte> packed, ref PooledBytes output)
    {
        var before = output.Length;
        if (!GzipMember.HasNext(packed))
        {
            var left = _remaining;
            try
            {
                // The framework computes the checksum several times faster, but it does not report the end of a member and continues with the next.
                var alone = new PackedBytes(packed);
                using (var stream = new GZipStream(alone, CompressionMode.Decompress))
                    Inflate(stream, packed.Count, long.MaxValue, ref output);
                return GzipMember.LastSize(packed) == output.Length - before ? packed.Count : End(packed, alone, output.Segment[before..]);
            }
            catch (InvalidDataException)
            {
                // It also treats the following data as a member if the first two bytes match.
                _remaining = left;
                output.Cut(before);
            }
        }
        var begin = GzipMember.Header(packed);
        var source = new PackedBytes(packed[begin..]);
        using (var stream = new DeflateStream(source, CompressionMode.Decompress))
            Inflate(stream, packed.Count, long.MaxValue, ref output);
        return End(packed[begin..], source, output.Segment[before..]) + begin;
    }

    private static int? End(ArraySegment<byte> packed, PackedBytes source, ArraySegment<byte> content)
    {
        var end = GzipMember.End(packed, source, Crc32.Of(content), content.Count);
        return end >= 0 ? end : source.RanOut ? null : throw new InvalidDataException();
    }

    /// <summary>Unpacks raw deflate (RFC 1951) of a member with a declared size.</summary>
    /// <exception cref="InvalidDataException">The data is damaged, or larger than declared.</exception>
    public PooledBytes Inflate(ArraySegment<byte> packed, long expected)
    {
        var output = Rent(expected);
        try
        {
            using var stream = new DeflateStream(new PackedBytes(packed), CompressionMode.Decompress);
            Inflate(stream, packed.Count, expected, ref output);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private int Allowed => (int)Math.Min(_remaining, limits.MaxMemberBytes);

    // Data unpacked before an error is discarded.
    private void Inflate(Stream stream, int packedSize, long most, ref PooledBytes output)
    {
        var (before, allowed) = (output.Length, Allowed);
        var size = 0;
        try
        {
            while (true)
            {
                var room = output.Free;
                if (room.IsEmpty)
                {
                    output.Grow(before + allowed + 1);
                    room = output.Free;
                }
                if (room.Length > allowed + 1 - size)
                    room = room[..(allowed + 1 - size)];
                var read = stream.Read(room);
                if (read == 0)
                    break;
                output.Advance(read);
                size = output.Length - before;
                if (size > limits.RatioMeasuredFrom && size > (long)packedSize * limits.MaxInflationRatio)
                    throw new PartLimitException(Refusals.RatioTooHigh(limits));
                if (size > allowed)
                    throw allowed < _remaining ? new PartLimitException(Refusals.MemberTooLarge(limits)) : new LimitExceededException(Refusals.InflatedTooLarge(limits));
                if (size > most)
                    throw new InvalidDataException();
            }
        }
        catch
        {
            output.Cut(before);
            throw;
        }
        finally
        {
            // Failed work counts too: many parts that each fail late must not exceed the budget of one delivery.
            _remaining = Math.Max(0, _remaining - size);
        }
    }
}
