using System.Buffers;
using System.Buffers.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Recognises base64 that no header announces: the body of a part saved by itself, or a mail whose label was lost.</summary>
internal static class Base64Text
{
    // Shorter lines may be words.
    private const int ShortestLine = 16;

    // Enough to tell what is inside.
    private const int Looked = 64;

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>The first line is base64 and nothing else, and what it yields is of a known kind.</summary>
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
        return Base64.DecodeFromUtf8(line, begin, out _, out var written) == OperationStatus.Done && Sniffer.Sniff(begin[..written]) is not (PayloadKind.Unknown or PayloadKind.Emlx or PayloadKind.Utf16LittleEndian or PayloadKind.Utf16BigEndian);
    }
}
