namespace MtaSts.Grains;

/// <summary>What a claim's token looks like: 26 letters and digits of base32, in any case.</summary>
public static class ClaimTokenForm
{
    private const int Length = 26;

    /// <summary>False for what no claim can have, whatever storage would say.</summary>
    public static bool Fits(string token) => token.Length == Length && token.All(c => char.ToLowerInvariant(c) is (>= 'a' and <= 'z') or (>= '2' and <= '7'));
}
