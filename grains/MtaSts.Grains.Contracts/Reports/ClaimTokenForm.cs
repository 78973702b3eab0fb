namespace MtaSts.Grains;

/// <summary>The form of a claim's token: 26 letters and digits of base32, in any case.</summary>
public static class ClaimTokenForm
{
    private const int Length = 26;

    /// <summary>False for text that cannot be a claim's token, without a storage lookup.</summary>
    public static bool Fits(string token) => token.Length == Length && token.All(c => char.ToLowerInvariant(c) is (>= 'a' and <= 'z') or (>= '2' and <= '7'));
}
