using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Grains.Reports;

/// <summary>Identifies an envelope by addressee and content: a repeated delivery has the same id.</summary>
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
