namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Reads a tar archive (POSIX ustar, GNU, v7) in memory. The framework's reader allocates the size that the header of an extended name claims, up to
/// 2 GB; here nothing is copied.
/// </summary>
internal static class TarArchive
{
    /// <summary>Offset of <see cref="Magic"/> in the first header.</summary>
    public const int MagicAt = 257;

    private const int Block = 512;

    /// <summary>Present in each header, except in v7 archives.</summary>
    public static ReadOnlySpan<byte> Magic => "ustar"u8;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length >= Block && HasChecksum(bytes[..Block]);

    /// <summary>The next file at or after <paramref name="at"/>, which is moved to its end; null at the end. Entries that are not files are skipped.</summary>
    /// <param name="archive">The whole archive.</param>
    /// <param name="at">Position to continue from; after the end blocks when there are no more files.</param>
    /// <param name="isDamaged">The archive is truncated, or the header is invalid.</param>
    public static (ArraySegment<byte> Name, ArraySegment<byte> Content)? Next(ArraySegment<byte> archive, ref int at, out bool isDamaged)
    {
        isDamaged = false;
        while (archive.Count - at >= Block)
        {
            ReadOnlySpan<byte> header = archive.AsSpan(at, Block);
            if (!header.ContainsAnyExcept((byte)0))
            {
                at += Block; // Two such blocks end an archive; the rest is padding.
                return null;
            }
            if (!HasChecksum(header))
            {
                isDamaged = !MayEnd(archive[at..]);
                return null;
            }
            var size = Size(header[124..136]) ?? long.MaxValue;
            var next = size <= archive.Count - at - Block ? (int)Math.Min(archive.Count, at + Block + ((size + Block - 1) / Block * Block)) : -1;
            // In a truncated archive, a file appended to it lies within the range that the header claims.
            if (next < 0 || (next == archive.Count ? archive.AsSpan(at + Block + (int)size).ContainsAnyExcept((byte)0) : !Begins(archive[next..]) && !MayEnd(archive[next..])))
            {
                isDamaged = true;
                return null;
            }
            var (begin, type) = (at, header[156]);
            at = next;
            if (type is 0 or (byte)'0' or (byte)'7')
                return (archive.Slice(begin, Length(header[..100])), archive.Slice(begin + Block, (int)size));
        }
        return null;
    }

    // Zero blocks, which some writers leave out.
    private static bool MayEnd(ReadOnlySpan<byte> rest) => !rest[..Math.Min(rest.Length, Block)].ContainsAnyExcept((byte)0) || Containers.KindAt(rest) != PayloadKind.Unknown;

    private static int Length(ReadOnlySpan<byte> name) => name.IndexOf((byte)0) is >= 0 and var end ? end : name.Length;

    // The sum of the header's bytes, with blanks for the checksum field: other files do not match by chance.
    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        const int Field = 148, FieldLength = 8;
        if (Size(header.Slice(Field, FieldLength)) is not { } told)
            return false;
        long sum = FieldLength * ' ';
        for (var i = 0; i < Block; i++)
            sum += i is >= Field and < Field + FieldLength ? 0 : header[i];
        return sum == told && told > FieldLength * ' ';
    }

    // Octal digits; GNU writes large numbers in binary, which no file that fits in memory needs.
    private static long? Size(ReadOnlySpan<byte> field)
    {
        field = field.Trim(" \0"u8);
        long size = 0;
        foreach (var digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            size = (size * 8) + (digit - '0');
        }
        return field.IsEmpty ? null : size;
    }
}
