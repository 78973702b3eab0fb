namespace MtaSts.Protocol;

/// <summary>Remaining validity of a certificate. Ordered: a later value is worse.</summary>
public enum CertificateTerm
{
    /// <summary>More than a third of its lifetime is left.</summary>
    Good,

    /// <summary>Less than a third of its lifetime is left: automatic renewal should have replaced it.</summary>
    RenewalLate,

    /// <summary>Less than a sixth of its lifetime, or less than 48 hours, is left.</summary>
    RenewalUrgent,

    /// <summary>Expired or not yet valid: clients refuse it.</summary>
    NotValid,
}

/// <summary>
/// Evaluates a certificate by the share of its lifetime that is left. Lifetimes in use run from 6 days to a year and become shorter
/// (CA/Browser Forum SC-081v3), so no fixed number of days shows that a renewal is late.
/// </summary>
public static class CertificateTerms
{
    private const int LateShare = 3;
    private const int UrgentShare = 6;

    /// <summary>Two working days, the minimum for a manual fix. Applies only to a certificate whose renewal is late: a one-day certificate is not urgent from the start.</summary>
    private static readonly TimeSpan LeastNotice = TimeSpan.FromHours(48);

    /// <summary>The state of a certificate at <paramref name="now"/>.</summary>
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
