using System.Buffers.Binary;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The attachments of a TNEF file (MS-OXTNEF), which Outlook sends as winmail.dat. Nothing is copied.</summary>
internal static class TnefFile
{
    // Signature and key; then level, attribute, length, data, checksum of each attribute.
    private const int FirstAttribute = 6;
    private const int Header = 9;
    private const int Checksum = 2;
    private const byte MessageLevel = 1, AttachmentLevel = 2;
    private const uint AttachRendData = 0x00069002, AttachTitle = 0x00018010, AttachData = 0x0006800F;

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes is [0x78, 0x9F, 0x3E, 0x22, _, _, MessageLevel or AttachmentLevel, ..];

    /// <summary>The next attachment at or after <paramref name="at"/>, which is moved to its end; null at the end, where no attribute begins.</summary>
    /// <param name="isDamaged">The file is truncated, or a checksum is wrong: then the data may belong to another file.</param>
    public static (ArraySegment<byte> Name, ArraySegment<byte> Content)? Next(ArraySegment<byte> file, ref int at, out bool isDamaged)
    {
        at = Math.Max(at, FirstAttribute);
        isDamaged = false;
        ArraySegment<byte> name = default;
        ArraySegment<byte>? content = null;
        while (file.Count - at >= Header && file[at] is MessageLevel or AttachmentLevel)
        {
            var attribute = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 1));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 5));
            if (attribute == AttachRendData && content is not null)
                break; // The next one begins.
            if (length > file.Count - at - Header || !IsWhole(file.AsSpan(at + Header), (int)length))
            {
                isDamaged = content is null; // Otherwise detected by the next call.
                break;
            }
            var data = file.Slice(at + Header, (int)length);
            at = Math.Min(file.Count, at + Header + (int)length + Checksum);
            if (attribute == AttachTitle)
                name = data[..(data.AsSpan().IndexOf((byte)0) is >= 0 and var end ? end : data.Count)];
            else if (attribute == AttachData)
                content = data;
        }
        return content is { } found ? (name, found) : null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> data, int length)
    {
        ushort sum = 0;
        foreach (var b in data[..length])
            sum += b;
        return data.Length - length < Checksum || BinaryPrimitives.ReadUInt16LittleEndian(data[length..]) == sum;
    }
}
