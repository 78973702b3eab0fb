using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Recognises a mail by its header when no label identifies it: a text may contain words that look like one field, but does not begin with several fields that every mail has.
/// </summary>
internal static class MailSigns
{
    /// <summary>Bytes of a header that are examined. 64 KiB: heavily relayed mails have some 30.</summary>
    private const int MaxLooked = 64 * 1024;

    /// <summary>Number of known fields required when nothing else indicates a mail.</summary>
    private const int Enough = 2;

    /// <summary>Names of fields that begin a mail, or that every mail has.</summary>
    private static readonly string[] Known =
    [
        "From", "To", "Cc", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Received", "Return-Path", "Delivered-To", "Envelope-To",
        "Reply-To", "Sender", "DKIM-Signature", "Authentication-Results", "ARC-Seal", "Received-SPF", "Status", "References", "In-Reply-To", "User-Agent", "List-Id", "TLS-Report-Domain", "TLS-Report-Submitter",
        "TLS-Required", "Auto-Submitted", "Precedence", "Importance",
    ];

    /// <summary>The line is a header field (RFC 5322 §2.2), and not a URL such as <c>https://</c>.</summary>
    public static bool IsField(ReadOnlySpan<byte> line) => FieldName(line).Length > 0;

    /// <summary>The line is a header field that mails have.</summary>
    public static bool IsKnownField(ReadOnlySpan<byte> line)
    {
        var name = FieldName(line);
        if (name.IsEmpty)
            return false;
        if (name.StartsWith("X-"u8))
            return true;
        foreach (var known in Known)
        {
            if (name.Length == known.Length && Ascii.EqualsIgnoreCase(name, known))
                return true;
        }
        return false;
    }

    /// <summary>The text begins with a header block with enough known fields.</summary>
    public static bool BeginsMail(ReadOnlySpan<byte> text, int enough = Enough)
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
                if (known == enough)
                    return true;
            }
            text = end < 0 ? default : text[(end + 1)..];
        }
        return false;
    }

    /// <summary>Position of a mail that begins at the start of a line of the text; −1 when there is none.</summary>
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
