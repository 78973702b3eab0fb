namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Reads a tar archive (POSIX ustar, GNU, v7) that lies in memory. The framework's reader sets aside what a header of an extended name claims, up to
/// 2 GB; here nothing is copied.
/// </summary>
internal static class TarArchive
{
    private const int Block = 512;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length >= Block && HasChecksum(bytes[..Block]);

    /// <summary>The next file from <paramref name="at"/> on, which moves behind it; null at the end. What is no file is passed over.</summary>
    /// <param name="archive">The whole archive.</param>
    /// <param name="at">Where to go on; the end of the archive when there is no more.</param>
    /// <param name="isDamaged">The archive ends early, or what stands here is no header.</param>
    public static (ArraySegment<byte> Name, ArraySegment<byte> Content)? Next(ArraySegment<byte> archive, ref int at, out bool isDamaged)
    {
        isDamaged = false;
        while (archive.Count - at >= Block)
        {
            ReadOnlySpan<byte> header = archive.AsSpan(at, Block);
            if (!header.ContainsAnyExcept((byte)0))
                break; // Two such blocks end an archive.
            if (!HasChecksum(header) || Size(header[124..136]) is not { } size || size > archive.Count - at - Block)
            {
                isDamaged = true;
                break;
            }
            var (begin, type) = (at, header[156]);
            at = (int)Math.Min(archive.Count, at + Block + ((size + Block - 1) / Block * Block));
            if (type is 0 or (byte)'0' or (byte)'7')
                return (archive.Slice(begin, Length(header[..100])), archive.Slice(begin + Block, (int)size));
        }
        at = archive.Count;
        return null;
    }

    private static int Length(ReadOnlySpan<byte> name) => name.IndexOf((byte)0) is >= 0 and var end ? end : name.Length;

    // The sum of the header's bytes, with blanks for the sum itself: no other kind of file has it by chance.
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
