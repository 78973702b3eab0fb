using System.Formats.Asn1;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// The content that a CMS message (RFC 5652) carries: S/MIME signs a mail "opaquely" by putting it inside. The signature is not looked at; what vouches for
/// a report is its mail's DKIM signature.
/// </summary>
internal static class CmsMessage
{
    private const string Data = "1.2.840.113549.1.7.1", SignedData = "1.2.840.113549.1.7.2";

    // The object identifiers of CMS begin so, within the first bytes: 1.2.840.113549.1.7.
    private static ReadOnlySpan<byte> Identifier => [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07];

    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes[..Math.Min(bytes.Length, 24)].IndexOf(Identifier) >= 0;

    /// <summary>The content of a signed message; null when it is another kind (encrypted, compressed), carries none, or is damaged.</summary>
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
            return inner.ReadObjectIdentifier() == Data && inner.HasData ? inner.ReadSequence(tagged).ReadOctetString() : null;
        }
        catch (AsnContentException)
        {
            isDamaged = true;
            return null;
        }
    }
}
