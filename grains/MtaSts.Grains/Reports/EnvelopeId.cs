using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Grains.Reports;

/// <summary>Names an envelope by whom it was addressed to and what is in it: the same delivery twice has one name.</summary>
internal static class EnvelopeId
{
    private const int HashBytes = 16;

    public static string Of(string workspace, string? domain, ReadOnlySpan<byte> raw)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{workspace}\n{domain}\n"));
        hash.AppendData(raw);
        return "rp-" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, HashBytes));
    }
}
