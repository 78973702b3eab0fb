using System.Text.Unicode;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Data after or between reports that is not a report: human-readable text and separator lines.</summary>
internal static class Footer
{
    /// <summary>Longest footer. 64 KiB: mailing lists and gateways add some lines. Longer text is reported.</summary>
    private const int Longest = 64 * 1024;

    /// <summary>Human-readable text, as mailing lists and gateways add it.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest)
            return false;
        int controls = 0, high = 0;
        foreach (var b in bytes)
        {
            controls += b is < (byte)' ' and not (>= (byte)'\t' and <= (byte)'\r') and not 0x1A and not 0x1B ? 1 : 0;
            high += b >= 0x80 ? 1 : 0;
        }
        // Other encodings than UTF-8 have few such bytes; in compressed data half of the bytes are such.
        return controls == 0 && (high * 4 < bytes.Length || Utf8.IsValid(bytes));
    }

    /// <summary>A comment, as in hand-written JSON: <c>/* … */</c>, or lines of <c>// …</c>.</summary>
    public static bool IsComment(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n,"u8);
        return text.StartsWith("//"u8) || (text.StartsWith("/*"u8) && text.EndsWith("*/"u8));
    }

    /// <summary>It begins with a separator line: dashes (RFC 1153 §3), underscores, "-- ".</summary>
    public static bool BeginsWithRule(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        return text is [(byte)'-' or (byte)'_' or (byte)'=' or (byte)'*' or (byte)'#', var second, ..] && second == text[0];
    }
}
