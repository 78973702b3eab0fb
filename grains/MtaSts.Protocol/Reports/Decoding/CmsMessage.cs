using System.Formats.Asn1;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// The content of a CMS message (RFC 5652): opaque S/MIME signing puts the mail inside. The signature is not checked; the mail's DKIM signature
/// authenticates a report.
/// </summary>
internal static class CmsMessage
{
    private const string Data = "1.2.840.113549.1.7.1", SignedData = "1.2.840.113549.1.7.2";

    // The object identifiers of CMS have this prefix, within the first bytes: 1.2.840.113549.1.7.
    private static ReadOnlySpan<byte> Identifier => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    /// <summary>The identifier of a signed message, the only one that is read.</summary>
    public static ReadOnlySpan<byte> SignedIdentifier => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];

    /// <summary>Possible lengths of the preceding bytes: a tag, and a length in any of its encodings.</summary>
    public static ReadOnlySpan<byte> HeaderLengths => [2, 3, 4, 5, 6];

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, 24)].IndexOf(Identifier) >= 0;

    /// <summary>Length of the message in bytes; 0 when its end is unknown.</summary>
    public static int Length(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _ = AsnDecoder.ReadEncodedValue(bytes, AsnEncodingRules.BER, out _, out _, out var length);
            return length;
        }
        catch (AsnContentException)
        {
            return 0;
        }
    }

    /// <summary>The content of a signed message; null when it is another kind (encrypted, compressed), has none, or is damaged.</summary>
    public static byte[]? Content(ReadOnlyMemory<byte> message, out bool isDamaged)
    {
        isDamaged = false;
        try
        {
            var tagged = new Asn1Tag(TagClass.ContextSpecific, 0);
            var info = new AsnReader(message, AsnEncodingRules.BER, new AsnReaderOptions { SkipSetSortOrderVerification = true }).ReadSequence();
            if (info.ReadObjectIdentifier() != SignedData)
                return null;
            var signed = info.ReadSequence(tagged).ReadSequence();
            _ = signed.ReadInteger();
            _ = signed.ReadSetOf();
            var inner = signed.ReadSequence();
            // Certificates and signatures follow: they are truncated where the content is.
            while (signed.HasData)
                _ = signed.ReadEncodedValue();
            return inner.ReadObjectIdentifier() == Data && inner.HasData ? inner.ReadSequence(tagged).ReadOctetString() : null;
        }
        catch (AsnContentException)
        {
            isDamaged = true;
            return null;
        }
    }
}
