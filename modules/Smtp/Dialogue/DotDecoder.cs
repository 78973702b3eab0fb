namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>
/// Decodes the data after DATA (RFC 5321 §4.5.2): removes stuffed dots and finds the end. A line ends only at CR LF: a bare CR or LF is a byte of the
/// message, so that only CR LF . CR LF ends it, even if a server in front detects the end elsewhere ("SMTP smuggling").
/// </summary>
internal sealed class DotDecoder
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';
    private const byte Dot = (byte)'.';

    private At at;

    private enum At
    {
        LineStart,
        AfterDot,
        AfterDotCr,
        InLine,
        AfterCr,
    }

    /// <summary>Returns how many bytes it read; all of them unless the end was found.</summary>
    public int Read(ReadOnlySpan<byte> input, MessageBuffer message, out bool ended)
    {
        ended = false;
        for (var i = 0; i < input.Length; i++)
        {
            var octet = input[i];
            switch (at)
            {
                case At.LineStart when octet == Dot:
                    at = At.AfterDot;
                    continue;
                case At.AfterDot when octet == Cr:
                    at = At.AfterDotCr;
                    continue;
                case At.AfterDotCr when octet == Lf:
                    ended = true;
                    at = At.LineStart;
                    return i + 1;
                case At.AfterDotCr: // A line that begins with a dot and a bare CR: the dot was stuffed.
                    message.Append("\r"u8);
                    at = At.AfterCr;
                    break;
                default:
                    break;
            }
            if (at == At.AfterCr && octet is Lf or Cr)
            {
                message.Append([octet]);
                at = octet == Lf ? At.LineStart : At.AfterCr;
                continue;
            }
            var rest = input[i..];
            var end = rest.IndexOf(Cr);
            var piece = end < 0 ? rest : rest[..(end + 1)];
            message.Append(piece);
            at = end < 0 ? At.InLine : At.AfterCr;
            i += piece.Length - 1;
        }
        return input.Length;
    }
}
