using System.Buffers.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>A mail as Apple Mail stores it: a line with the mail's length in bytes, the mail, and a property list with its flags.</summary>
internal static class EmlxFile
{
    public static bool Begins(ReadOnlySpan<byte> file) => Header(file, out _) is > 0 and var header && MailSigns.BeginsMail(file[header..]);

    /// <summary>The mail. A length that goes past the file is taken for the rest of it.</summary>
    public static ArraySegment<byte> Mail(ArraySegment<byte> file)
    {
        var header = Header(file, out var length);
        return file.Slice(header, (int)Math.Min(length, file.Count - header));
    }

    private static int Header(ReadOnlySpan<byte> file, out long length)
    {
        // Digits, blanks that fill up, a line end.
        const int LongestLine = 32;
        length = 0;
        var end = file[..Math.Min(file.Length, LongestLine)].IndexOf((byte)'\n');
        return end > 0 && Utf8Parser.TryParse(file[..end], out length, out var digits) && length > 0 && file[digits..end].Trim(" \t\r"u8).IsEmpty ? end + 1 : 0;
    }
}
