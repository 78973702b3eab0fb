using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Protocol;

/// <summary>DANE for SMTP: RFC 6698, RFC 7671 and RFC 7672 §3. Needs no network and no trust store.</summary>
public static class DaneRules
{
    private const X509ChainStatusFlags NotTrustedByPki = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
    private const X509ChainStatusFlags Dates = X509ChainStatusFlags.NotTimeValid;

    /// <summary>Compares a server's certificates with the TLSA records of its name.</summary>
    /// <param name="records">The TLSA records in presentation format. Malformed and unusable ones are ignored (RFC 6698 §4.1).</param>
    /// <param name="certificate">The certificate of the server itself.</param>
    /// <param name="sent">The other certificates that the server sent, in any order.</param>
    /// <param name="names">The names of which a certificate under a trust anchor must contain one: the MX host and the mail domain (RFC 7672 §3.2.2).</param>
    /// <param name="now">The time for which the dates of a chain to a trust anchor are checked.</param>
    public static DaneMatch Judge(IReadOnlyList<string> records, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, IReadOnlyList<string> names, DateTimeOffset now)
    {
        var effective = TlsaRecord.Effective(records);
        if (effective.Count == 0)
            return DaneMatch.NoneUsable;
        // RFC 7672 §3.1.1: for DANE-EE, the names and dates of the certificate are ignored.
        if (effective.Any(record => record.Usage == TlsaRecord.EndEntity && record.Matches(certificate)))
            return DaneMatch.Matched;
        // RFC 7672 §3.1.2: the server must send the trust anchor.
        X509Certificate2[] anchors = [.. sent.Where(candidate => !candidate.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span)
            && effective.Any(record => record.Usage == TlsaRecord.TrustAnchor && record.Matches(candidate)))];
        return anchors.Length == 0 ? DaneMatch.NotMatched : JudgePath(certificate, sent, anchors, names, now);
    }

    /// <summary>RFC 7671 §5.2: checks signatures, dates and names from the server's certificate up to the anchor, and nothing above the anchor.</summary>
    private static DaneMatch JudgePath(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, X509Certificate2[] anchors, IReadOnlyList<string> names, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.ExtraStore.AddRange(sent.ToArray());
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.Build(certificate);
        var elements = chain.ChainElements.ToArray();
        try
        {
            var anchor = Array.FindIndex(elements, element => Array.Exists(anchors, candidate => candidate.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)));
            if (anchor < 0)
                return DaneMatch.NotMatched;
            var faults = elements[..(anchor + 1)].SelectMany(static element => element.ChainElementStatus).Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status) & ~NotTrustedByPki;
            if ((faults & ~Dates) != X509ChainStatusFlags.NoError)
                return DaneMatch.NotMatched;
            if (!names.Any(name => CertificateNames.Include(certificate, name)))
                return DaneMatch.OtherName;
            return faults == X509ChainStatusFlags.NoError ? DaneMatch.Matched : DaneMatch.Expired;
        }
        finally
        {
            foreach (var element in elements)
                element.Certificate.Dispose();
        }
    }
}
