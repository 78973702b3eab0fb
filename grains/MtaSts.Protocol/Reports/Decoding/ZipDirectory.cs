using System.Buffers.Binary;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>One member of a zip archive, as its directory describes it.</summary>
/// <param name="Refusal">Why it cannot be unpacked although the others can; null as a rule.</param>
internal readonly record struct ZipMember(ArraySegment<byte> Packed, int Flags, int Method, long Size, uint Crc, ArraySegment<byte> Name, Refused? Refusal)
{
    public bool Deflated => Method == 8;
}

/// <summary>
/// Reads the central directory of a zip archive (APPNOTE 6.3, with zip64) that lies in memory. The framework's reader makes an object for each entry before
/// a caller can count them; here nothing is made past the limit.
/// </summary>
internal static class ZipDirectory
{
    private const int EndRecord = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralHeader = 46;
    private const int LocalHeader = 30;
    private const ushort Zip64Extra = 1;

    /// <summary>The members that hold data; folders and what packers add of themselves are left out. A refusal when the rest cannot be read.</summary>
    public static (List<ZipMember> Members, Refused? Refusal) Read(ArraySegment<byte> archive, ReportLimits limits)
    {
        var members = new List<ZipMember>(1);
        ReadOnlySpan<byte> bytes = archive;
        var search = bytes[Math.Max(0, bytes.Length - EndRecord - LongestComment)..];
        var end = search.LastIndexOf("PK\x5\x6"u8);
        // Without its end an archive still holds its first members whole.
        if (end < 0 || search.Length - end < EndRecord)
            return (members, ReadLocal(archive, members, limits) ?? Refusals.ZipDamaged);
        var record = search[end..];
        long count = Short(record, 10), offset = Long(record, 16);
        if (Short(record, 4) is not (0 or ushort.MaxValue))
            return (members, Refusals.ZipUnreadable);
        if ((count == ushort.MaxValue || offset == uint.MaxValue) && !TryZip64(bytes, bytes.Length - search.Length + end, ref count, ref offset))
            return (members, Refusals.ZipDamaged);

        for (var at = offset; count > 0; count--)
        {
            if (at < 0 || at > bytes.Length - CentralHeader || !bytes[(int)at..].StartsWith("PK\x1\x2"u8))
                return (members, Refusals.ZipDamaged);
            var header = bytes[(int)at..];
            var name = (int)at + CentralHeader;
            int nameLength = Short(header, 28), extraLength = Short(header, 30);
            at += CentralHeader + nameLength + extraLength + Short(header, 32);
            if (at > bytes.Length)
                return (members, Refusals.ZipDamaged);
            if (PackerByproducts.Is(bytes.Slice(name, nameLength)))
                continue;
            if (members.Count == limits.MaxArchiveMembers)
                return (members, Refusals.TooManyMembers(limits));
            members.Add(Member(archive, header, archive.Slice(name, nameLength), bytes.Slice(name + nameLength, extraLength)));
        }
        return (members, null);
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
        var packed = archive.Slice((int)data, (int)packedSize);
        var refusal = (flags & 1) != 0 ? Refusals.ZipEncrypted : method is 0 or 8 ? null : Refusals.ZipUnreadable;
        return new ZipMember(packed, flags, method, size, Long(header, 16), name, refusal);
    }

    // The end record of zip64 (§4.3.14) is found by its locator, which stands right before the other. Some writers use it for small archives too.
    private static bool TryZip64(ReadOnlySpan<byte> bytes, int end, ref long count, ref long offset)
    {
        const int Locator = 20, Record = 56;
        if (end < Locator || !bytes[(end - Locator)..].StartsWith("PK\x6\x7"u8))
            return false;
        var at = BinaryPrimitives.ReadInt64LittleEndian(bytes[(end - Locator + 8)..]);
        if (at < 0 || at > bytes.Length - Record || !bytes[(int)at..].StartsWith("PK\x6\x6"u8))
            return false;
        count = BinaryPrimitives.ReadInt64LittleEndian(bytes[((int)at + 32)..]);
        offset = BinaryPrimitives.ReadInt64LittleEndian(bytes[((int)at + 48)..]);
        return count >= 0 && offset >= 0;
    }

    // Fields that are all ones stand in the extra field instead, in this order (§4.5.3).
    private static void Widen(ref long value, ref ReadOnlySpan<byte> values)
    {
        if (value != uint.MaxValue || values.Length < 8)
            return;
        value = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
    }

    // From the beginning, header by header, as far as they tell how long their data is.
    private static Refused? ReadLocal(ArraySegment<byte> archive, List<ZipMember> members, ReportLimits limits)
    {
        const int SizesFollow = 8;
        for (long at = 0; at <= archive.Count - LocalHeader && archive.AsSpan((int)at).StartsWith("PK\x3\x4"u8);)
        {
            ReadOnlySpan<byte> header = archive.AsSpan((int)at);
            int flags = Short(header, 6), method = Short(header, 8), nameLength = Short(header, 26);
            long packedSize = Long(header, 18);
            var data = at + LocalHeader + nameLength + Short(header, 28);
            if ((flags & SizesFollow) != 0 || data + packedSize > archive.Count)
                break;
            var name = archive.Slice((int)at + LocalHeader, nameLength);
            at = data + packedSize;
            if (PackerByproducts.Is(name))
                continue;
            if (members.Count == limits.MaxArchiveMembers)
                return Refusals.TooManyMembers(limits);
            var refusal = (flags & 1) != 0 ? Refusals.ZipEncrypted : method is 0 or 8 ? null : Refusals.ZipUnreadable;
            members.Add(new ZipMember(archive.Slice((int)data, (int)packedSize), flags, method, Long(header, 22), Long(header, 14), name, refusal));
        }
        return null;
    }

    private static int Short(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);

    private static uint Long(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
}
