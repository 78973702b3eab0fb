using System.Buffers.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>A mail as Apple Mail stores it: a line with the mail's length in bytes, the mail, and a property list with its flags.</summary>
internal static class EmlxFile
{
    public static bool Begins(ReadOnlySpan<byte> file) => Header(file, out _) is > 0 and var header && MailSigns.BeginsMail(file[header..]);

    /// <summary>Position of the mail. <paramref name="end"/> is 0 when the end is unknown because the length is wrong or the file is truncated.</summary>
    public static int Mail(ReadOnlySpan<byte> file, out int end)
    {
        var header = Header(file, out var length);
        end = length <= file.Length - header && Ends(file[(header + (int)length)..]) ? header + (int)length : 0;
        return header;
    }

    /// <summary>Length in bytes of the property list at the beginning, including data between it and the mail; 0 when there is none.</summary>
    public static int PropertyList(ReadOnlySpan<byte> rest)
    {
        // Flags and dates of one mail.
        const int Longest = 64 * 1024;
        var begin = Containers.SkipPadding(rest, 0);
        rest = rest[..Math.Min(rest.Length, begin + Longest)];
        if (!BeginsList(rest[begin..]))
            return 0;
        var (end, empty) = (rest.IndexOf("</plist>"u8), rest.IndexOf("<plist/>"u8));
        end = end < 0 || (empty >= 0 && empty < end) ? empty : end;
        return end < 0 ? 0 : end + "</plist>".Length;
    }

    private static bool Ends(ReadOnlySpan<byte> rest)
    {
        rest = rest[Containers.SkipPadding(rest, 0)..];
        return rest.IsEmpty || BeginsList(rest) || Containers.KindAt(rest) != PayloadKind.Unknown;
    }

    private static bool BeginsList(ReadOnlySpan<byte> text) => text.StartsWith("<?xml"u8) || text.StartsWith("<!DOCTYPE plist"u8) || text.StartsWith("<plist"u8);

    private static int Header(ReadOnlySpan<byte> file, out long length)
    {
        // Digits, padding blanks, a line end.
        const int LongestLine = 32;
        length = 0;
        var end = file[..Math.Min(file.Length, LongestLine)].IndexOf((byte)'\n');
        return end > 0 && Utf8Parser.TryParse(file[..end], out length, out var digits) && length > 0 && file[digits..end].Trim(" \t\r"u8).IsEmpty ? end + 1 : 0;
    }
}
