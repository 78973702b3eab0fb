using System.Globalization;

namespace MtaSts.Protocol;

/// <summary>The <c>id</c> of a policy record (RFC 8461 §3.1): 1 to 32 ASCII letters and digits, in any order but never twice.</summary>
public static class PolicyId
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 32;

    /// <summary>How many bytes of entropy are used; fewer are filled up with zeros, more are ignored.</summary>
    public const int EntropyLength = 5;

    // Without i, l, o and u: read aloud over a telephone, no two are mistaken. Digits sort before letters.
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int BitsPerCharacter = 5;
    private const int SuffixLength = EntropyLength * 8 / BitsPerCharacter;
    private const long SuffixMask = (1L << (EntropyLength * 8)) - 1;

    /// <summary>True for 1 to 32 ASCII letters and digits.</summary>
    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > MaxLength)
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return false;
        }

        return true;
    }

    /// <summary>
    /// A new id: the time in UTC as <c>yyyyMMddHHmmss</c>, then eight characters of entropy. Depends on its arguments alone. Never one
    /// of <paramref name="used"/> in any case of its letters, even when the clock stands still or goes back: the entropy is
    /// counted on until it is free.
    /// </summary>
    /// <param name="now">The time of minting.</param>
    /// <param name="used">Every id this domain ever announced.</param>
    /// <param name="entropy">
    /// <see cref="EntropyLength"/> random bytes. They keep ids apart that are minted in one second by parties who do not know of each
    /// other, such as before and after a restored backup.
    /// </param>
    public static string Mint(DateTimeOffset now, IReadOnlyCollection<string> used, ReadOnlySpan<byte> entropy)
    {
        ArgumentNullException.ThrowIfNull(used);
        var taken = used.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var number = 0L;
        for (var i = 0; i < EntropyLength; i++)
            number = number << 8 | (i < entropy.Length ? entropy[i] : (byte)0);

        var time = now.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        // At most used.Count + 1 rounds: that many different suffixes exist.
        while (true)
        {
            var id = time + Suffix(number);
            if (!taken.Contains(id))
                return id;
            number = (number + 1) & SuffixMask;
        }
    }

    private static string Suffix(long number) => string.Create(SuffixLength, number, static (span, value) =>
    {
        for (var i = span.Length - 1; i >= 0; i--, value >>= BitsPerCharacter)
            span[i] = Alphabet[(int)(value & ((1 << BitsPerCharacter) - 1))];
    });
}
