using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Files that are not read, recognised so that their owner is told what to do with them.</summary>
internal static class ForeignFormats
{
    /// <summary>Null: of no known kind.</summary>
    /// <param name="isArchive">It may hold a report, and one beside it does not make it needless.</param>
    public static Refused? Of(ReadOnlySpan<byte> bytes, out bool isArchive)
    {
        isArchive = true;
        switch (bytes)
        {
            case [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..]:
                return Refusals.Foreign("an Outlook message (.msg)", "Open it in Outlook, save it as .eml, and send that; or send the attached report by itself");
            case [(byte)'!', (byte)'B', (byte)'D', (byte)'N', ..]:
                return Refusals.Foreign("an Outlook data file (.pst or .ost)", "Export the mails as .eml or .mbox, and send those");
            case [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..]:
                return Refusals.Foreign("a RAR archive", Repack);
            case [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, ..]:
                return Refusals.Foreign("a 7z archive", Repack);
            case [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, ..]:
                return Refusals.Foreign("packed by xz", Repack);
            case [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..]:
                return Refusals.Foreign("packed by bzip2", Repack);
            case [0x28, 0xB5, 0x2F, 0xFD, ..]:
                return Refusals.Foreign("packed by Zstandard", Repack);
            case [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..]:
                return Refusals.Foreign("packed by lzip", Repack);
        }
        isArchive = false;
        if (bytes.StartsWith("%PDF-"u8))
            return Refusals.Foreign("a PDF file", "Send the report itself: the attachment that ends in .json or .json.gz");
        if (bytes.StartsWith("-----BEGIN PGP"u8))
            return Refusals.Foreign("an OpenPGP message", "Decrypt it, and send the report inside");
        var text = bytes.StartsWith(Sniffer.ByteOrderMark) ? bytes[3..] : bytes;
        text = text.TrimStart(" \t\r\n"u8);
        if (!text.StartsWith("<"u8))
            return null;
        return text[..Math.Min(text.Length, 1024)].IndexOf("<feedback"u8) >= 0
            ? Refusals.Foreign("a DMARC report", "This service reads TLS reports, which are JSON: send this one to your DMARC service")
            : Refusals.Foreign("XML or HTML", "A TLS report is JSON: send the attachment that ends in .json or .json.gz");
    }

    private const string Repack = "Unpack it, and send the reports as they are, as gzip or as zip";
}
