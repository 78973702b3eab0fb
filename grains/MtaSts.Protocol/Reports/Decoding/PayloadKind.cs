namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>What bytes are, judged by themselves.</summary>
internal enum PayloadKind
{
    /// <summary>Nothing a report could come in.</summary>
    Unknown,

    /// <summary>UTF-8 text that begins like a JSON object or list.</summary>
    Json,

    /// <summary>UTF-16 text, little endian, that begins like JSON or with a byte order mark.</summary>
    Utf16LittleEndian,

    /// <summary>The same, big endian.</summary>
    Utf16BigEndian,

    /// <summary>gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>A zip archive.</summary>
    Zip,

    /// <summary>Text that begins with a header field: a mail (RFC 5322).</summary>
    Mail,

    /// <summary>Text that begins with a separator line and a header field: an mbox file.</summary>
    Mailbox,

    /// <summary>A tar archive.</summary>
    Tar,

    /// <summary>What Apple Mail stores: the mail's length in a line, the mail, a property list.</summary>
    Emlx,

    /// <summary>TNEF, Outlook's winmail.dat.</summary>
    Tnef,

    /// <summary>A message of CMS (RFC 5652), which S/MIME is made of.</summary>
    Cms,
}

/// <summary>Tells kinds apart by their first bytes.</summary>
internal static class Sniffer
{
    // RFC 5322 §2.1.1 limits lines to 998 characters; a field name is far shorter.
    private const int LongestFieldName = 200;

    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> White => " \t\r\n"u8;

    public static PayloadKind Sniff(ReadOnlySpan<byte> bytes)
    {
        switch (bytes)
        {
            case [0x1F, 0x8B, ..]:
                return PayloadKind.Gzip;
            // A local header, or the end record of an empty archive.
            case [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..]:
                return PayloadKind.Zip;
            case [0xFF, 0xFE, ..] or [(byte)'{' or (byte)'[', 0, ..]:
                return PayloadKind.Utf16LittleEndian;
            case [0xFE, 0xFF, ..] or [0, (byte)'{' or (byte)'[', ..]:
                return PayloadKind.Utf16BigEndian;
            case [0x78, 0x9F, 0x3E, 0x22, ..]:
                return PayloadKind.Tnef;
            case [0x30, >= 0x80, ..] when CmsMessage.Begins(bytes):
                return PayloadKind.Cms;
        }
        if (bytes.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        var text = bytes.TrimStart(White);
        // RFC 7464 puts a record separator before each text.
        if (text is [(byte)'{' or (byte)'[', ..] or [0x1E, (byte)'{', ..])
            return PayloadKind.Json;
        if (MailboxSplitter.Begins(text))
            return PayloadKind.Mailbox;
        if (BeginsWithField(text))
            return PayloadKind.Mail;
        return EmlxFile.Begins(bytes) ? PayloadKind.Emlx : TarArchive.Begins(bytes) ? PayloadKind.Tar : PayloadKind.Unknown;
    }

    /// <summary>The mail without what some stores put in front of it: blank lines and the "From " line of an mbox.</summary>
    public static ReadOnlySpan<byte> WithoutEnvelope(ReadOnlySpan<byte> mail)
    {
        if (mail.StartsWith(ByteOrderMark))
            mail = mail[ByteOrderMark.Length..];
        mail = mail.TrimStart(White);
        while (mail.StartsWith("From "u8) || mail.StartsWith(">From "u8))
        {
            var end = mail.IndexOf((byte)'\n');
            if (end < 0)
                break;
            mail = mail[(end + 1)..];
        }
        return mail;
    }

    private static bool BeginsWithField(ReadOnlySpan<byte> text)
    {
        text = WithoutEnvelope(text);
        for (var i = 0; i < text.Length && i < LongestFieldName; i++)
        {
            if (text[i] == ':')
                return i > 0;
            if (text[i] is <= (byte)' ' or > (byte)'~')
                return text[i..].TrimStart(" \t"u8) is [(byte)':', ..] && i > 0;
        }
        return false;
    }
}
