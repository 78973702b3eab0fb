using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;

namespace MtaSts.Grains.Dkim;

/// <summary>A DKIM key record (RFC 6376 §3.6.1), evaluated for one signature: the key, or why it is refused.</summary>
internal sealed record DkimKey(AsymmetricKeyParameter? Key, DkimFault? Fault, bool IsInTest = false)
{
    /// <summary>RFC 8301 §3.2: verifiers must not accept shorter ones.</summary>
    public const int MinRsaBits = 1024;

    /// <summary>
    /// Longer keys are refused: the cost of verification is quadratic in the length, and signers use at most 4096 (RFC 8301 §3.2).
    /// </summary>
    public const int MaxRsaBits = 8192;

    /// <summary><c>tlsrpt</c> is defined in RFC 8460 §3; <c>email</c> keys sign mail, including report mail.</summary>
    private static readonly string[] Services = ["*", "tlsrpt", "email"];

    public static DkimKey Read(string record, DkimSignature signature)
    {
        if (TagList.Parse(record) is not { } tags || !tags.TryGetValue("p", out var p) || tags.GetValueOrDefault("v", "DKIM1") != "DKIM1")
            return Refused(DkimFault.KeyMalformed);
        if (p.Length == 0)
            return Refused(DkimFault.KeyRevoked);
        if (tags.TryGetValue("s", out var services) && !TagList.Colons(services).Intersect(Services).Any())
            return Refused(DkimFault.KeyForOtherService);
        if (tags.TryGetValue("h", out var hashes) && !TagList.Colons(hashes).Contains("sha256"))
            return Refused(DkimFault.KeyNotForSignature);
        if (tags.GetValueOrDefault("k", "rsa").ToLowerInvariant() is var kind && !signature.Algorithm.StartsWith(kind + "-", StringComparison.Ordinal))
            return Refused(DkimFault.KeyNotForSignature);
        var flags = TagList.Colons(tags.GetValueOrDefault("t", ""));
        if (flags.Contains("s") && signature.Identity != signature.Domain)
            return Refused(DkimFault.KeyNotForSignature);
        return Decode($"k={kind}; p={p}", flags.Contains("y"));
    }

    private static DkimKey Decode(string record, bool isInTest)
    {
        try
        {
            return Decoder.Key(record) switch
            {
                RsaKeyParameters rsa when rsa.Modulus.BitLength < MinRsaBits => Refused(DkimFault.KeyTooShort),
                RsaKeyParameters rsa when rsa.Modulus.BitLength > MaxRsaBits => Refused(DkimFault.KeyMalformed),
                var key => new DkimKey(key, null, isInTest),
            };
        }
        catch (Exception)
        {
            // The key parser can throw any exception for malformed bytes; an unreadable key is refused.
            return Refused(DkimFault.KeyMalformed);
        }
    }

    private static DkimKey Refused(DkimFault fault) => new(null, fault);

    private abstract class Decoder : DkimPublicKeyLocatorBase
    {
        public static AsymmetricKeyParameter Key(string record) => GetPublicKey(record);
    }
}
