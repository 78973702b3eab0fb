using System.Buffers.Binary;
using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Gives the same string for the same bytes within one report, where a few host names and result types stand thousands of times. A small table
/// addressed by a cheap hash: a word that finds its place taken replaces the other, so an outsider's choice of words costs nothing but the saving.
/// </summary>
internal readonly struct Words
{
    private const int Places = 128;
    private const int LongestKept = 64;

    private static readonly string?[] Known = MakeKnown();

    private readonly string?[] _table;

    public Words() => _table = (string?[])Known.Clone();

    /// <summary>The text of ASCII bytes; null when they are not all ASCII or too long to be kept.</summary>
    public string? Find(ReadOnlySpan<byte> word)
    {
        if (word.Length > LongestKept)
            return null;
        ref var place = ref _table[Place(word)];
        if (place is not null && place.Length == word.Length && Ascii.Equals(word, place))
            return place;
        if (!Ascii.IsValid(word))
            return null;
        return place = Encoding.ASCII.GetString(word);
    }

    private static int Place(ReadOnlySpan<byte> word)
    {
        var hash = (uint)word.Length;
        if (word.Length >= 8)
        {
            var mixed = BinaryPrimitives.ReadUInt64LittleEndian(word) * 0x9E3779B97F4A7C15
                ^ BinaryPrimitives.ReadUInt64LittleEndian(word[^8..]) * 0xC2B2AE3D27D4EB4F;
            hash ^= (uint)(mixed >> 32);
        }
        else
        {
            foreach (var b in word)
                hash = (hash * 31) + b;
        }
        hash *= 0x9E3779B1;
        return (int)(hash >> 25);
    }

    private static string?[] MakeKnown()
    {
        var table = new string?[Places];
        string[] words =
        [
            PolicyTypes.Sts, PolicyTypes.Tlsa, PolicyTypes.NoPolicyFound,
            ResultTypes.StarttlsNotSupported, ResultTypes.CertificateHostMismatch, ResultTypes.CertificateExpired, ResultTypes.CertificateNotTrusted,
            ResultTypes.ValidationFailure, ResultTypes.TlsaInvalid, ResultTypes.DnssecInvalid, ResultTypes.DaneRequired,
            ResultTypes.StsPolicyFetchError, ResultTypes.StsPolicyInvalid, ResultTypes.StsWebpkiInvalid,
            "version: STSv1", "mode: enforce", "mode: testing", "mode: none", "max_age: 604800", "max_age: 86400",
            "Google Inc.", "smtp-tls-reporting@google.com", "Microsoft Corporation", "tlsrpt-noreply@microsoft.com",
        ];
        foreach (var word in words)
            table[Place(Encoding.ASCII.GetBytes(word))] = word;
        return table;
    }
}
