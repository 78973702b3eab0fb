using System.Buffers.Binary;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>One member of a zip archive, as its directory describes it.</summary>
/// <param name="Refusal">Why it cannot be unpacked although the others can; usually null.</param>
internal readonly record struct ZipMember(ArraySegment<byte> Packed, int Flags, int Method, long Size, uint Crc, ArraySegment<byte> Name, Refused? Refusal)
{
    public bool Deflated => Method == 8;
}

/// <summary>The content of an archive.</summary>
/// <param name="Members">Members with data; folders and files that packers add are excluded.</param>
/// <param name="Refusal">Why the rest cannot be read; usually null.</param>
/// <param name="Used">Bytes of the archive, or those that could be read.</param>
/// <param name="HasEnd">Its end was found; otherwise the following data may belong to it.</param>
internal readonly record struct ZipContent(List<ZipMember> Members, Refused? Refusal, int Used, bool HasEnd);

/// <summary>
/// Reads the central directory of a zip archive (APPNOTE 6.3, with zip64) in memory. The framework's reader creates an object for each entry before
/// a caller can count them; here nothing is allocated beyond the limit.
/// </summary>
internal static class ZipDirectory
{
    private const int EndRecord = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralHeader = 46;
    private const int LocalHeader = 30;
    private const int SizesFollow = 8;
    private const ushort Zip64Extra = 1;

    /// <summary>More than the signature matches: a local header with a version, a method and a name.</summary>
    public static bool BeginsSurely(ReadOnlySpan<byte> bytes)
    {
        const int HighestVersion = 63, LongestName = 1024;
        return bytes.Length > LocalHeader && bytes.StartsWith("PK\x3\x4"u8) && bytes[4] <= HighestVersion && bytes[5] <= HighestVersion && Short(bytes, 8) <= 99
            && Short(bytes, 26) is > 0 and <= LongestName and var name && LocalHeader + name <= bytes.Length;
    }

    /// <summary>The archive at the beginning; another file may follow.</summary>
    public static ZipContent Read(ArraySegment<byte> archive, ReportLimits limits)
    {
        var members = new List<ZipMember>(1);
        ReadOnlySpan<byte> bytes = archive;
        // Without its end record an archive still contains its first members completely.
        if (!TryFindEnd(bytes, out var end, out var directory))
            return ReadLocal(archive, members, limits);
        var comment = end + EndRecord + Short(bytes[end..], 20);
        var used = comment <= bytes.Length ? comment : end + EndRecord;
        return new ZipContent(members, ReadDirectory(archive, directory, members, limits), used, HasEnd: true);
    }

    private static Refused? ReadDirectory(ArraySegment<byte> archive, Directory directory, List<ZipMember> members, ReportLimits limits)
    {
        ReadOnlySpan<byte> bytes = archive;
        if (directory.IsSplit)
            return Refusals.ZipUnreadable;
        var at = directory.Offset;
        for (var count = directory.Count; count > 0; count--)
        {
            if (at < 0 || at > bytes.Length - CentralHeader || !bytes[(int)at..].StartsWith("PK\x1\x2"u8))
                return Refusals.ZipDamaged;
            var header = bytes[(int)at..];
            var name = (int)at + CentralHeader;
            int nameLength = Short(header, 28), extraLength = Short(header, 30);
            at += CentralHeader + nameLength + extraLength + Short(header, 32);
            if (at > bytes.Length)
                return Refusals.ZipDamaged;
            if (PackerByproducts.Is(bytes.Slice(name, nameLength)))
                continue;
            if (members.Count == limits.MaxArchiveMembers)
                return Refusals.TooManyMembers(limits);
            members.Add(Member(archive, header, archive.Slice(name, nameLength), bytes.Slice(name + nameLength, extraLength)));
        }
        return null;
    }

    /// <summary>The content of an end record.</summary>
    private readonly record struct Directory(long Count, long Offset, long Size, bool IsSplit);

    // The first end record directly preceded by its directory: an inner archive's end record has other offsets. For writers with a wrong size,
    // the last one whose directory is found.
    private static bool TryFindEnd(ReadOnlySpan<byte> bytes, out int end, out Directory directory)
    {
        for (end = 0; bytes[end..].IndexOf("PK\x5\x6"u8) is >= 0 and var found && bytes.Length - end - found >= EndRecord; end++)
        {
            end += found;
            if (TryDirectory(bytes, end, out directory) && directory.Offset >= 0 && directory.Size >= 0 && directory.Offset <= end - directory.Size
                && (directory.Offset + directory.Size == end || bytes[(int)(directory.Offset + directory.Size)..].StartsWith("PK\x6\x6"u8))
                && (directory.Count == 0 || bytes[(int)directory.Offset..].StartsWith("PK\x1\x2"u8)))
                return true;
        }
        var last = Math.Max(0, bytes.Length - EndRecord - LongestComment);
        end = bytes[last..].LastIndexOf("PK\x5\x6"u8) + last;
        directory = default;
        return end >= last && bytes.Length - end >= EndRecord && TryDirectory(bytes, end, out directory)
            && (directory.IsSplit || (directory.Offset >= 0 && directory.Offset < end && bytes[(int)directory.Offset..].StartsWith("PK\x1\x2"u8)));
    }

    private static bool TryDirectory(ReadOnlySpan<byte> bytes, int end, out Directory directory)
    {
        var record = bytes[end..];
        long count = Short(record, 10), size = Long(record, 12), offset = Long(record, 16);
        directory = new Directory(count, offset, size, Short(record, 4) is not (0 or ushort.MaxValue));
        return (count != ushort.MaxValue && offset != uint.MaxValue) || TryZip64(bytes, end, ref directory);
    }

    private static ZipMember Member(ArraySegment<byte> archive, ReadOnlySpan<byte> header, ArraySegment<byte> name, ReadOnlySpan<byte> extra)
    {
        int flags = Short(header, 8), method = Short(header, 10);
        long packedSize = Long(header, 20), size = Long(header, 24), local = Long(header, 42);
        while (extra.Length >= 4)
        {
            var length = Math.Min(Short(extra, 2), extra.Length - 4);
            if (Short(extra, 0) == Zip64Extra)
            {
                var values = extra.Slice(4, length);
                Widen(ref size, ref values);
                Widen(ref packedSize, ref values);
                Widen(ref local, ref values);
            }
            extra = extra[(4 + length)..];
        }
        if (local < 0 || local > archive.Count - LocalHeader || !archive.AsSpan((int)local).StartsWith("PK\x3\x4"u8))
            return new ZipMember(ArraySegment<byte>.Empty, flags, method, 0, 0, name, Refusals.ZipDamaged);
        var data = local + LocalHeader + Short(archive.AsSpan((int)local), 26) + Short(archive.AsSpan((int)local), 28);
        if (packedSize < 0 || size < 0 || packedSize > archive.Count - data)
            return new ZipMember(ArraySegment<byte>.Empty, flags, method, 0, 0, name, Refusals.ZipDamaged);
        return new ZipMember(archive.Slice((int)data, (int)packedSize), flags, method, size, Long(header, 16), name, Refusal(flags, method));
    }

    private static Refused? Refusal(int flags, int method) => (flags & 1) != 0 ? Refusals.ZipEncrypted : method is 0 or 8 ? null : Refusals.ZipUnreadable;

    // The end record of zip64 (§4.3.14) is found by its locator, directly before the other end record. Some writers use it for small archives too.
    private static bool TryZip64(ReadOnlySpan<byte> bytes, int end, ref Directory directory)
    {
        const int Locator = 20, Record = 56;
        if (end < Locator || !bytes[(end - Locator)..].StartsWith("PK\x6\x7"u8))
            return false;
        var at = BinaryPrimitives.ReadInt64LittleEndian(bytes[(end - Locator + 8)..]);
        if (at < 0 || at > bytes.Length - Record || !bytes[(int)at..].StartsWith("PK\x6\x6"u8))
            return false;
        var record = bytes[(int)at..];
        directory = directory with
        {
            Count = BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
            Size = BinaryPrimitives.ReadInt64LittleEndian(record[40..]),
            Offset = BinaryPrimitives.ReadInt64LittleEndian(record[48..]),
        };
        return directory is { Count: >= 0, Size: >= 0, Offset: >= 0 } && directory.Size <= bytes.Length;
    }

    // Fields with all bits set are in the extra field instead, in this order (§4.5.3).
    private static void Widen(ref long value, ref ReadOnlySpan<byte> values)
    {
        if (value != uint.MaxValue || values.Length < 8)
            return;
        value = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
    }

    // Reads header by header from the beginning, as far as the data lengths are known.
    private static ZipContent ReadLocal(ArraySegment<byte> archive, List<ZipMember> members, ReportLimits limits)
    {
        long at = 0;
        while (at <= archive.Count - LocalHeader && archive.AsSpan((int)at).StartsWith("PK\x3\x4"u8))
        {
            ReadOnlySpan<byte> header = archive.AsSpan((int)at);
            int flags = Short(header, 6), method = Short(header, 8), nameLength = Short(header, 26);
            var (crc, packedSize, size) = (Long(header, 14), (long)Long(header, 18), (long)Long(header, 22));
            var data = at + LocalHeader + nameLength + Short(header, 28);
            if (data > archive.Count)
                break;
            var descriptor = 0;
            if ((flags & SizesFollow) != 0 && !TryDescriptor(archive.AsSpan((int)data), out crc, out packedSize, out size, out descriptor))
                break;
            if (data + packedSize > archive.Count)
                break;
            var name = archive.Slice((int)at + LocalHeader, nameLength);
            at = data + packedSize + descriptor;
            if (PackerByproducts.Is(name))
                continue;
            if (members.Count == limits.MaxArchiveMembers)
                return new ZipContent(members, Refusals.TooManyMembers(limits), archive.Count, HasEnd: true);
            members.Add(new ZipMember(archive.Slice((int)data, (int)packedSize), flags, method, size, crc, name, Refusal(flags, method)));
        }
        return new ZipContent(members, Refusals.ZipDamaged, (int)at, HasEnd: false);
    }

    // A member written without a known size has the size after the data (§4.3.9).
    private static bool TryDescriptor(ReadOnlySpan<byte> data, out uint crc, out long packedSize, out long size, out int length)
    {
        length = 16;
        for (var at = 0; data[at..].IndexOf("PK\x7\x8"u8) is >= 0 and var found && at + found + length <= data.Length; at++)
        {
            at += found;
            (crc, packedSize, size) = (Long(data, at + 4), Long(data, at + 8), Long(data, at + 12));
            if (packedSize == at)
                return true;
        }
        (crc, packedSize, size, length) = (0, 0, 0, 0);
        return false;
    }

    private static int Short(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);

    private static uint Long(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
}
