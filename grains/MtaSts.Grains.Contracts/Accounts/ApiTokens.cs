using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Grains;

/// <summary>How API tokens are made and looked up: by hash, so that nobody who reads the storage can use one.</summary>
public static class ApiTokens
{
    /// <summary>Longest token that is looked at; longer ones are refused unread.</summary>
    public const int MaxLength = 256;

    /// <summary>Shortest token an operator may choose.</summary>
    public const int MinLength = 16;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>A new token of 256 bits.</summary>
    public static string New() => "mts_" + RandomNumberGenerator.GetString(Alphabet, 43);

    /// <summary>SHA-256 in lower-case hexadecimal. A slow hash is not needed: tokens are random, not chosen by people.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
