using System.Security.Cryptography;

namespace MtaSts.Peers;

/// <summary>A TSIG key for the test: hmac-sha256.</summary>
public sealed record TsigSecret(string Name, string Base64)
{
    public static TsigSecret Make(string name) => new(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    public string AsBindClause() => $"key \"{Name}\" {{ algorithm hmac-sha256; secret \"{Base64}\"; }};";
}
