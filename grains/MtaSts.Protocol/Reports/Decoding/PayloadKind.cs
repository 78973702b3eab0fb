namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The kind of data, detected from the bytes.</summary>
internal enum PayloadKind
{
    /// <summary>Cannot contain a report.</summary>
    Unknown,

    /// <summary>UTF-8 text that begins like a JSON object or list.</summary>
    Json,

    /// <summary>Text of UTF-16 or UTF-32 that begins like JSON or with a byte order mark.</summary>
    Wide,

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

    /// <summary>An Apple Mail file: a line with the mail's length, the mail, a property list.</summary>
    Emlx,

    /// <summary>TNEF, Outlook's winmail.dat.</summary>
    Tnef,

    /// <summary>A message of CMS (RFC 5652), used by S/MIME.</summary>
    Cms,

    /// <summary>Base64 without a header that contains one of the other kinds.</summary>
    Base64,
}

/// <summary>Distinguishes kinds by their first bytes.</summary>
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
            case [0x78, 0x9F, 0x3E, 0x22, ..] when TnefFile.Begins(bytes):
                return PayloadKind.Tnef;
            case [0x30, >= 0x80, ..] when CmsMessage.Begins(bytes):
                return PayloadKind.Cms;
        }
        if (WideText.Of(bytes) is not null)
            return PayloadKind.Wide;
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

    /// <summary>The mail without the prefix that some stores add: blank lines and the "From " line of an mbox.</summary>
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
