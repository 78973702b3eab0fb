using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Text whose characters have two or four bytes each.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="Name">Its display name.</param>
/// <param name="Mark">Length of the byte order mark in bytes; 0 without one.</param>
internal readonly record struct WideText(Encoding Encoding, string Name, int Mark)
{
    private static readonly UTF32Encoding BigEndian32 = new(bigEndian: true, byteOrderMark: true);

    /// <summary>Null when the bytes begin with neither a byte order mark nor a bracket of such a text.</summary>
    public static WideText? Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        // Checked before UTF-16, because this mark begins with the UTF-16 mark.
        [0xFF, 0xFE, 0, 0, ..] => new(Encoding.UTF32, "UTF-32", 4),
        [0, 0, 0xFE, 0xFF, ..] => new(BigEndian32, "UTF-32", 4),
        [(byte)'{' or (byte)'[', 0, 0, 0, ..] => new(Encoding.UTF32, "UTF-32", 0),
        [0, 0, 0, (byte)'{' or (byte)'[', ..] => new(BigEndian32, "UTF-32", 0),
        [0xFF, 0xFE, ..] => new(Encoding.Unicode, "UTF-16", 2),
        [0xFE, 0xFF, ..] => new(Encoding.BigEndianUnicode, "UTF-16", 2),
        [(byte)'{' or (byte)'[', 0, ..] => new(Encoding.Unicode, "UTF-16", 0),
        [0, (byte)'{' or (byte)'[', ..] => new(Encoding.BigEndianUnicode, "UTF-16", 0),
        _ => null,
    };
}
