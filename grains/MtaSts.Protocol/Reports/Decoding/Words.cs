using System.Buffers.Binary;
using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Returns the same string for the same bytes within one report, where a few host names and result types occur thousands of times. A small table
/// with a cheap hash: on a collision a word replaces the other, so hostile input only loses the saving.
/// </summary>
internal readonly struct Words
{
    private const int FewPlaces = 128;

    // Addresses of senders and hosts also repeat in a large report.
    private const int ManyPlaces = 2048;
    private const int LargeReport = 64 * 1024;
    private const int LongestKept = 64;

    private static readonly Words FewKnown = MakeKnown(FewPlaces);
    private static readonly Words ManyKnown = MakeKnown(ManyPlaces);

    private readonly string?[] _table;

    // Separate from the strings, so that a missing word is detected without reading the string, which may be anywhere in memory.
    private readonly uint[] _hashes;

    private Words(string?[] table, uint[] hashes)
    {
        _table = table;
        _hashes = hashes;
    }

    /// <summary>A table for a report of this length in bytes.</summary>
    public static Words For(int length)
    {
        var known = length < LargeReport ? FewKnown : ManyKnown;
        return new Words((string?[])known._table.Clone(), (uint[])known._hashes.Clone());
    }

    /// <summary>The text of ASCII bytes; null when they are not all ASCII or too long to be kept.</summary>
    public string? Find(ReadOnlySpan<byte> word)
    {
        if (word.Length > LongestKept)
            return null;
        var hash = Hash(word);
        var place = Place(hash, _table.Length);
        if (_hashes[place] == hash && _table[place] is { } known && known.Length == word.Length && Ascii.Equals(word, known))
            return known;
        if (!Ascii.IsValid(word))
            return null;
        _hashes[place] = hash;
        return _table[place] = Encoding.ASCII.GetString(word);
    }

    private static int Place(uint hash, int places) => (int)(((ulong)hash * (ulong)places) >> 32);

    private static uint Hash(ReadOnlySpan<byte> word)
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
        return hash * 0x9E3779B1;
    }

    private static Words MakeKnown(int places)
    {
        var known = new Words(new string?[places], new uint[places]);
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
            known.Find(Encoding.ASCII.GetBytes(word));
        return known;
    }
}
