using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Tells a mail by its header where no label says so: words of a text may look like one field, and no text begins with several that every mail has.
/// </summary>
internal static class MailSigns
{
    /// <summary>Bytes of a header that are looked at. 64 KiB: heavily relayed mails have some 30.</summary>
    private const int MaxLooked = 64 * 1024;

    /// <summary>Fields that must be there, of those known.</summary>
    private const int Enough = 2;

    /// <summary>Names of fields that begin a mail, or that every mail has.</summary>
    private static readonly string[] Known =
    [
        "From", "To", "Cc", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Received", "Return-Path", "Delivered-To", "Envelope-To",
        "Reply-To", "Sender", "DKIM-Signature", "Authentication-Results", "ARC-Seal", "Received-SPF", "Status", "References", "In-Reply-To", "User-Agent", "List-Id", "TLS-Report-Domain", "TLS-Report-Submitter",
        "TLS-Required", "Auto-Submitted", "Precedence", "Importance",
    ];

    /// <summary>The line is a header field (RFC 5322 §2.2), and no address such as <c>https://</c>.</summary>
    public static bool IsField(ReadOnlySpan<byte> line) => FieldName(line).Length > 0;

    /// <summary>The line is a header field that mails have.</summary>
    public static bool IsKnownField(ReadOnlySpan<byte> line)
    {
        var name = FieldName(line);
        if (name.StartsWith("X-"u8))
            return true;
        foreach (var known in Known)
        {
            if (name.Length == known.Length && Ascii.EqualsIgnoreCase(name, known))
                return true;
        }
        return false;
    }

    /// <summary>The text begins with a header block in which <see cref="Enough"/> fields are known.</summary>
    public static bool BeginsMail(ReadOnlySpan<byte> text)
    {
        text = Sniffer.WithoutEnvelope(text);
        if (text.Length > MaxLooked)
            text = text[..MaxLooked];
        var known = 0;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd((byte)'\r');
            if (line.IsEmpty)
                break;
            if (line[0] is not ((byte)' ' or (byte)'\t'))
            {
                if (!IsField(line))
                    return false;
                known += IsKnownField(line) ? 1 : 0;
                if (known == Enough)
                    return true;
            }
            text = end < 0 ? default : text[(end + 1)..];
        }
        return false;
    }

    /// <summary>Where in a text, at the beginning of a line, a mail begins; −1: nowhere.</summary>
    public static int FindMail(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length;)
        {
            var rest = text[at..];
            var end = rest.IndexOf((byte)'\n');
            if (IsKnownField(end < 0 ? rest : rest[..end]) && BeginsMail(rest))
                return at;
            if (end < 0)
                break;
            at += end + 1;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> FieldName(ReadOnlySpan<byte> line)
    {
        const int LongestName = 200;
        var length = 0;
        while (length < line.Length && length < LongestName && line[length] is > (byte)' ' and <= (byte)'~' and not (byte)':')
            length++;
        var rest = line[length..].TrimStart(" \t"u8);
        return length > 0 && rest is [(byte)':', ..] && !rest.StartsWith("://"u8) ? line[..length] : default;
    }
}
