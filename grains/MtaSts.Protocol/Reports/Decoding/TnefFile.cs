using System.Buffers.Binary;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The attachments of a TNEF file (MS-OXTNEF), which Outlook sends as winmail.dat. Nothing is copied.</summary>
internal static class TnefFile
{
    // Signature and key; then level, attribute, length, data, checksum of each attribute.
    private const int Begin = 6;
    private const int Header = 9;
    private const int Checksum = 2;
    private const uint AttachRendData = 0x00069002, AttachTitle = 0x00018010, AttachData = 0x0006800F;

    /// <summary>The next attachment from <paramref name="at"/> on, which moves behind it; null at the end.</summary>
    /// <param name="isDamaged">The file ends early.</param>
    public static (ArraySegment<byte> Name, ArraySegment<byte> Content)? Next(ArraySegment<byte> file, ref int at, out bool isDamaged)
    {
        at = Math.Max(at, Begin);
        isDamaged = false;
        ArraySegment<byte> name = default;
        ArraySegment<byte>? content = null;
        while (file.Count - at >= Header)
        {
            var attribute = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 1));
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 5));
            if (attribute == AttachRendData && content is not null)
                break; // The next one begins.
            if (length > file.Count - at - Header)
            {
                isDamaged = true;
                at = file.Count;
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
}
