namespace MtaSts.Protocol;

/// <summary>How near a certificate is to its end. Ordered: a later value is worse.</summary>
public enum CertificateTerm
{
    /// <summary>More than a third of its lifetime is left.</summary>
    Good,

    /// <summary>Less than a third of its lifetime is left: automatic renewal should have replaced it.</summary>
    RenewalLate,

    /// <summary>Less than a sixth of its lifetime, or less than 48 hours, is left.</summary>
    RenewalUrgent,

    /// <summary>It has ended, or has not begun: clients refuse it.</summary>
    NotValid,
}

/// <summary>
/// Judges a certificate by the share of its lifetime that is left. Lifetimes in use run from 6 days to a year and become shorter
/// (CA/Browser Forum SC-081v3), so that no fixed number of days tells that a renewal is late.
/// </summary>
public static class CertificateTerms
{
    private const int LateShare = 3;
    private const int UrgentShare = 6;

    /// <summary>Two working days, the least that a person needs. Only of a certificate that is late too: one of a single day is not urgent from its beginning.</summary>
    private static readonly TimeSpan LeastNotice = TimeSpan.FromHours(48);

    /// <summary>How the certificate stands.</summary>
    /// <param name="notBefore">Its beginning.</param>
    /// <param name="notAfter">Its end.</param>
    /// <param name="now">The time of the judgement.</param>
    public static CertificateTerm Judge(DateTimeOffset notBefore, DateTimeOffset notAfter, DateTimeOffset now)
    {
        if (now >= notAfter || now < notBefore)
            return CertificateTerm.NotValid;
        var (lifetime, left) = (notAfter - notBefore, notAfter - now);
        if (left >= lifetime / LateShare)
            return CertificateTerm.Good;
        return left < lifetime / UrgentShare || left < LeastNotice ? CertificateTerm.RenewalUrgent : CertificateTerm.RenewalLate;
    }
}
