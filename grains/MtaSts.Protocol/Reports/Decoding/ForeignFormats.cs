using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Unsupported files, recognised so that the refusal can state what to do with them.</summary>
internal static class ForeignFormats
{
    /// <summary>Null when the format is unknown.</summary>
    /// <param name="isArchive">It may contain a report, even if another one was found next to it.</param>
    public static Refused? Of(ReadOnlySpan<byte> bytes, out bool isArchive)
    {
        isArchive = true;
        switch (bytes)
        {
            case [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..]:
                return Refusals.UnsupportedFormat("an Outlook message (.msg)", "Open it in Outlook, save it as .eml, and send that; or send only the attached report");
            case [(byte)'!', (byte)'B', (byte)'D', (byte)'N', ..]:
                return Refusals.UnsupportedFormat("an Outlook data file (.pst or .ost)", "Export the mails as .eml or .mbox, and send those");
            case [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..]:
                return Refusals.UnsupportedFormat("a RAR archive", Repack);
            case [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, ..]:
                return Refusals.UnsupportedFormat("a 7z archive", Repack);
            case [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, ..]:
                return Refusals.UnsupportedFormat("packed by xz", Repack);
            case [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..]:
                return Refusals.UnsupportedFormat("packed by bzip2", Repack);
            case [0x28, 0xB5, 0x2F, 0xFD, ..]:
                return Refusals.UnsupportedFormat("packed by Zstandard", Repack);
            case [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..]:
                return Refusals.UnsupportedFormat("packed by lzip", Repack);
            case [0x78, 0x01 or 0x9C or 0xDA, ..]: // RFC 1950 §2.2, at the usual levels; none of these is text.
                return Refusals.UnsupportedFormat("packed by zlib (deflate)", Repack);
        }
        isArchive = false;
        if (bytes.StartsWith("%PDF-"u8))
            return Refusals.UnsupportedFormat("a PDF file", "Send the report itself: the attachment that ends in .json or .json.gz");
        if (bytes.StartsWith("-----BEGIN PGP"u8))
            return Refusals.UnsupportedFormat("an OpenPGP message", "Decrypt it, and send the report inside");
        var text = bytes.StartsWith(Sniffer.ByteOrderMark) ? bytes[3..] : bytes;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("begin "u8) && text[..Math.Min(text.Length, 10)] is [.., >= (byte)'0' and <= (byte)'7', >= (byte)'0' and <= (byte)'7', >= (byte)'0' and <= (byte)'7', (byte)' '])
            return Refusals.UnsupportedFormat("uuencoded", Decode);
        if (text.StartsWith("data:"u8) && text[..Math.Min(text.Length, 256)].Contains((byte)','))
            return Refusals.UnsupportedFormat("a data: URL", Decode);
        if (text.StartsWith("\"{"u8) || text.StartsWith("\"["u8))
            return Refusals.UnsupportedFormat("a JSON string that seems to contain the report", "Send the report itself, not a string of it");
        if (Base64Text.BeginsForUrls(text))
            return Refusals.UnsupportedFormat("base64url", Decode);
        if (!text.StartsWith("<"u8))
            return null;
        return text[..Math.Min(text.Length, 1024)].IndexOf("<feedback"u8) >= 0
            ? Refusals.UnsupportedFormat("a DMARC report", "This service reads TLS reports, which are JSON: send this one to your DMARC service")
            : Refusals.UnsupportedFormat("XML or HTML", "A TLS report is JSON: send the attachment that ends in .json or .json.gz");
    }

    /// <summary>An Outlook file, whose content is fragmented.</summary>
    public static bool IsOpaque(ReadOnlySpan<byte> bytes) => bytes is [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] or [(byte)'!', (byte)'B', (byte)'D', (byte)'N', ..];

    private const string Decode = "Decode it, and send the report as it is, or as plain base64";

    private const string Repack = "Unpack it, and send the reports as they are, as gzip or as zip";
}
