using System.Buffers;
using System.Buffers.Text;
using MimeKit.Encodings;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The transfer encoding of a MIME part (RFC 2045 §6).</summary>
internal enum TransferEncoding
{
    /// <summary>7bit, 8bit, binary, absent or unknown: the bytes are not encoded.</summary>
    None,

    /// <summary>base64.</summary>
    Base64,

    /// <summary>quoted-printable.</summary>
    QuotedPrintable,

    /// <summary>uuencode, which old gateways still write.</summary>
    UUEncode,
}

internal static class TransferEncodings
{
    public static TransferEncoding Parse(ReadOnlySpan<char> value)
    {
        value = value.Trim().Trim('"');
        // A comment or parameter may follow.
        var end = value.IndexOfAny(" \t;(");
        if (end >= 0)
            value = value[..end];
        return value switch
        {
            _ when value.Equals("base64", StringComparison.OrdinalIgnoreCase) => TransferEncoding.Base64,
            _ when value.Equals("quoted-printable", StringComparison.OrdinalIgnoreCase) => TransferEncoding.QuotedPrintable,
            _ when value.Equals("x-uuencode", StringComparison.OrdinalIgnoreCase) => TransferEncoding.UUEncode,
            _ when value.Equals("uuencode", StringComparison.OrdinalIgnoreCase) => TransferEncoding.UUEncode,
            _ => TransferEncoding.None,
        };
    }

    /// <summary>Decodes valid base64. The framework's decoder is several times faster than MimeKit's and accepts line ends.</summary>
    public static bool TryBase64(ArraySegment<byte> wrapped, ReportBuffers buffers, out PooledBytes content)
    {
        content = new PooledBytes(buffers, Base64.GetMaxDecodedFromUtf8Length(wrapped.Count) + 3);
        if (Base64.DecodeFromUtf8(wrapped, content.Free, out _, out var written) == OperationStatus.Done)
        {
            content.Advance(written);
            return true;
        }
        content.Dispose();
        return false;
    }

    /// <summary>Decodes. The output is never larger than the input.</summary>
    public static PooledBytes Decode(ArraySegment<byte> wrapped, TransferEncoding encoding, ReportBuffers buffers)
    {
        if (encoding == TransferEncoding.Base64 && TryBase64(wrapped, buffers, out var strict))
            return strict;
        if (encoding == TransferEncoding.Base64)
            return Forgiving(wrapped, buffers);
        IMimeDecoder decoder = encoding == TransferEncoding.QuotedPrintable ? new QuotedPrintableDecoder() : new UUDecoder();
        var output = new PooledBytes(buffers, decoder.EstimateOutputLength(wrapped.Count));
        output.Advance(decoder.Decode(wrapped.Array!, wrapped.Offset, wrapped.Count, output.Array));
        return output;
    }

    /// <summary>
    /// End of the encoded data, because mails and files are concatenated and mailing lists add text: before another container, a line of dashes, or words after
    /// the padding of base64 or after a blank line.
    /// </summary>
    public static int Length(ReadOnlySpan<byte> wrapped, TransferEncoding encoding)
    {
        // JSON may occur unencoded in quoted-printable text.
        var length = Containers.Next(wrapped, 0, encoding == TransferEncoding.Base64 ? Sought.AllButBase64 : Sought.AllButJson);
        if (encoding != TransferEncoding.Base64)
            return length;
        var mayEnd = false;
        for (var at = 0; at < length;)
        {
            var line = wrapped[at..length];
            line = line[..(line.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : line.Length)];
            if (Footer.BeginsWithRule(line) || (mayEnd && !Base64Text.IsLine(line)))
                return at;
            if (Base64Text.Padding(line) is > 0 and var ended && Base64Text.IsLine(line[..ended]))
            {
                mayEnd = true;
                if (!Base64Text.IsLine(line[ended..]))
                    return at + ended;
            }
            mayEnd |= at > 0 && line.Trim("\r\n"u8).IsEmpty;
            at += line.Length;
        }
        return length;
    }

    // Skips invalid characters and continues after padding: concatenated base64 decodes to concatenated content.
    private static PooledBytes Forgiving(ReadOnlySpan<byte> wrapped, ReportBuffers buffers)
    {
        const int Invalid = 0xFF;
        var output = new PooledBytes(buffers, Base64.GetMaxDecodedFromUtf8Length(wrapped.Length) + 3);
        var free = output.Free;
        int bits = 0, count = 0, written = 0;
        foreach (var b in wrapped)
        {
            int value = b switch
            {
                >= (byte)'A' and <= (byte)'Z' => b - 'A',
                >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
                >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
                (byte)'+' => 62,
                (byte)'/' => 63,
                _ => Invalid,
            };
            if (b == (byte)'=')
                (bits, count) = (0, 0);
            if (value == Invalid)
                continue;
            bits = (bits << 6) | value;
            count += 6;
            if (count >= 8)
                free[written++] = (byte)(bits >> (count -= 8));
        }
        output.Advance(written);
        return output;
    }
}
