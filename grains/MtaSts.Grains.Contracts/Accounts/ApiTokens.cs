using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Grains;

/// <summary>Creates API tokens and looks them up by hash, so that stored data does not allow using a token.</summary>
public static class ApiTokens
{
    /// <summary>Longest token accepted; longer ones are refused without hashing.</summary>
    public const int MaxLength = 256;

    /// <summary>Shortest token an operator may choose.</summary>
    public const int MinLength = 16;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>A new token of 256 bits.</summary>
    public static string New() => "mts_" + RandomNumberGenerator.GetString(Alphabet, 43);

    /// <summary>SHA-256 in lower-case hexadecimal. A slow hash is not needed: tokens are random, not chosen by people.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
