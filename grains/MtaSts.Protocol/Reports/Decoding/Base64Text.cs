using System.Buffers;
using System.Buffers.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Recognises base64 without a header: the body of a part that was saved alone, or a mail that lost its header.</summary>
internal static class Base64Text
{
    // Shorter lines may be ordinary words.
    private const int ShortestLine = 16;

    // Enough to identify the content.
    private const int Looked = 64;

    // For single-line text, in which "-" or "_" are rare.
    private const int LongestLooked = 4 * 1024;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>Length of the text in bytes: up to a line that is not base64, or including the padding that ends it.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var line = text[at..];
            line = line[..(line.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : line.Length)];
            if (Padding(line) is > 0 and var ended && IsLine(line[..ended]))
                return at + ended;
            if (at > 0 && (!IsLine(line) || EmlxFile.Begins(text[at..])))
                break;
            at += line.Length;
        }
        return at;
    }

    /// <summary>Only base64, or blank.</summary>
    public static bool IsLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(Sniffer.ByteOrderMark))
            line = line[Sniffer.ByteOrderMark.Length..];
        return !line.Trim(" \t\r\n"u8).ContainsAnyExcept(Alphabet);
    }

    /// <summary>End of the padding of the line; −1 when there is none.</summary>
    public static int Padding(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf((byte)'=');
        return at < 0 ? -1 : at + 1 < line.Length && line[at + 1] == '=' ? at + 2 : at + 1;
    }

    /// <summary>The first line is only base64 and decodes to a known kind.</summary>
    public static bool Begins(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Sniffer.ByteOrderMark))
            text = text[Sniffer.ByteOrderMark.Length..];
        text = text.TrimStart(" \t\r\n"u8);
        var length = text.IndexOfAnyExcept(Alphabet);
        var line = length < 0 ? text : text[..length];
        if (line.Length < ShortestLine || (length >= 0 && text[length] is not ((byte)'\r' or (byte)'\n' or (byte)' ' or (byte)'\t')))
            return false;
        line = line[..Math.Min(line.Length / 4 * 4, Looked)];
        Span<byte> begin = stackalloc byte[Looked];
        return Base64.DecodeFromUtf8(line, begin, out _, out var written) == OperationStatus.Done && Sniffer.Sniff(begin[..written]) is not (PayloadKind.Unknown or PayloadKind.Emlx or PayloadKind.Wide);
    }

    /// <summary>The same in the alphabet for URLs (RFC 4648 §5): the first line contains "-" or "_".</summary>
    public static bool BeginsForUrls(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        text = text[..Math.Min(text.Length, LongestLooked)];
        var plain = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            plain[i] = text[i] switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', var other => other };
        var line = text[..(text.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var end ? end : text.Length)];
        return line.IndexOfAny((byte)'-', (byte)'_') >= 0 && Begins(plain);
    }
}
