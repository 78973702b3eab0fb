using System.Globalization;

namespace MtaSts.Protocol;

/// <summary>The <c>id</c> of a policy record (RFC 8461 §3.1): 1 to 32 ASCII letters and digits; an id is never reused.</summary>
public static class PolicyId
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 32;

    /// <summary>How many bytes of entropy are used; fewer are padded with zeros, more are ignored.</summary>
    public const int EntropyLength = 5;

    /// <summary>Format of the time at the start of an id that was minted here.</summary>
    public const string TimeFormat = "yyyyMMddHHmmss";

    // Without i, l, o and u, so that no two characters are confused when an id is read aloud. Digits sort before letters.
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
    /// of <paramref name="used"/> in any case of its letters, even when the clock stops or goes back: the entropy is
    /// incremented until the id is unused.
    /// </summary>
    /// <param name="now">The time of minting.</param>
    /// <param name="used">The ids that this domain ever announced; those with an earlier time may be omitted.</param>
    /// <param name="entropy">
    /// <see cref="EntropyLength"/> random bytes. They distinguish ids that are minted in the same second by independent instances,
    /// such as before and after a restored backup.
    /// </param>
    public static string Mint(DateTimeOffset now, IReadOnlyCollection<string> used, ReadOnlySpan<byte> entropy)
    {
        ArgumentNullException.ThrowIfNull(used);
        var taken = used.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var number = 0L;
        for (var i = 0; i < EntropyLength; i++)
            number = number << 8 | (i < entropy.Length ? entropy[i] : (byte)0);

        var time = now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
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
