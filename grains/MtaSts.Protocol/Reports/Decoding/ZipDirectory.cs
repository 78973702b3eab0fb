using System.Buffers.Binary;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>One member of a zip archive, as its central directory describes it.</summary>
internal readonly record struct ZipMember(ArraySegment<byte> Packed, bool Deflated, uint Size, uint Crc, ArraySegment<byte> Name);

/// <summary>
/// Reads the central directory of a zip archive (APPNOTE 6.3) that lies in memory. The framework's reader makes an object for each entry before
/// a caller can count them; here nothing is made past the limit.
/// </summary>
internal static class ZipDirectory
{
    private const int EndRecord = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralHeader = 46;
    private const int LocalHeader = 30;

    /// <summary>The members that hold data; directories are left out. A refusal when the archive cannot be read.</summary>
    public static (List<ZipMember> Members, DecodeResult.Refused? Refusal) Read(ArraySegment<byte> archive, ReportLimits limits)
    {
        var members = new List<ZipMember>(1);
        ReadOnlySpan<byte> bytes = archive;
        var search = bytes[Math.Max(0, bytes.Length - EndRecord - LongestComment)..];
        var end = search.LastIndexOf("PK\x5\x6"u8);
        if (end < 0 || search.Length - end < EndRecord)
            return (members, Refusals.ZipDamaged);
        var record = search[end..];
        int count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(record[4..]) != 0 || offset == uint.MaxValue || count == ushort.MaxValue)
            return (members, Refusals.ZipUnreadable);
        if (count > limits.MaxArchiveMembers)
            throw new LimitExceededException(Refusals.TooManyMembers(limits));

        for (long at = offset; count > 0; count--)
        {
            if (at + CentralHeader > bytes.Length)
                return (members, Refusals.ZipDamaged);
            var header = bytes[(int)at..];
            if (!header.StartsWith("PK\x1\x2"u8))
                return (members, Refusals.ZipDamaged);
            var name = (int)at + CentralHeader;
            at += CentralHeader + Short(header, 28) + Short(header, 30) + Short(header, 32);
            int flags = Short(header, 8), method = Short(header, 10);
            uint crc = Long(header, 16), packedSize = Long(header, 20), size = Long(header, 24), local = Long(header, 42);
            if (size == 0 && packedSize == 0)
                continue;
            if ((flags & 1) != 0 || method is not (0 or 8) || packedSize == uint.MaxValue || local == uint.MaxValue)
                return (members, Refusals.ZipUnreadable);
            if ((long)local + LocalHeader > bytes.Length || !bytes[(int)local..].StartsWith("PK\x3\x4"u8))
                return (members, Refusals.ZipDamaged);
            int nameLength = Short(header, 28);
            if (name + nameLength > bytes.Length)
                return (members, Refusals.ZipDamaged);
            var data = (long)local + LocalHeader + Short(bytes[(int)local..], 26) + Short(bytes[(int)local..], 28);
            if (data + packedSize > bytes.Length)
                return (members, Refusals.ZipDamaged);
            members.Add(new ZipMember(archive.Slice((int)data, (int)packedSize), method == 8, size, crc, archive.Slice(name, nameLength)));
        }
        return (members, null);
    }

    private static int Short(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt16LittleEndian(header[at..]);

    private static uint Long(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);
}
