using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Mx;

/// <summary>Reads what senders ask of an MX host's certificate (RFC 8461 §4.2).</summary>
internal static class CertificateReader
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12

    public static MxCertificate Read(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, string host, X509ChainPolicy policy, DateTimeOffset now)
    {
        var names = CertificateNames.Of(certificate, host);
        return new MxCertificate(
            certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
            PrintableText.Of(certificate.Issuer),
            new DateTimeOffset(certificate.NotBefore.ToUniversalTime()),
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
            [.. names.Take(MxLimits.Names).Select(PrintableText.Of)],
            Math.Max(0, names.Count - MxLimits.Names),
            CertificateNames.Include(certificate, host),
            ChainFault(certificate, sent, policy, now),
            Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));
    }

    /// <summary>Built for a moment at which the certificate itself is valid: its own dates are another fault than its issuer's.</summary>
    private static string? ChainFault(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, X509ChainPolicy policy, DateTimeOffset now)
    {
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        using var chain = new X509Chain { ChainPolicy = policy };
        policy.ExtraStore.AddRange(sent.ToArray());
        policy.ApplicationPolicy.Add(new Oid(ForServers));
        policy.VerificationTime = now.UtcDateTime >= until ? until.AddSeconds(-1) : now.UtcDateTime < from ? from : now.UtcDateTime;
        var isTrusted = chain.Build(certificate);
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        return isTrusted ? null : chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status).ToString();
    }
}
