using MtaSts.Protocol.Reports;

namespace MtaSts.Protocol;

/// <summary>The result of a session with one address of an MX host.</summary>
/// <param name="Outcome">How far the session got.</param>
/// <param name="Certificate">The server's certificate; null when there was none.</param>
/// <param name="Dane">How the server's certificates compare with the TLSA records; null when there are no certificates or no records.</param>
public readonly record struct MxSession(MxOutcome Outcome, MxCertificateFacts? Certificate = null, DaneMatch? Dane = null);

/// <summary>The properties of an MX host's certificate that RFC 8461 §4.2 requires senders to check.</summary>
/// <param name="NotBefore">Start of its validity.</param>
/// <param name="NotAfter">End of its validity.</param>
/// <param name="IsTrusted">Whether it chains to a trusted root. Its own dates are not considered.</param>
/// <param name="NamesHost">Whether one of its DNS-IDs matches the MX host.</param>
public readonly record struct MxCertificateFacts(DateTimeOffset NotBefore, DateTimeOffset NotAfter, bool IsTrusted, bool NamesHost);

/// <summary>What senders that enforce MTA-STS (RFC 8461 §4, §5) or DANE (RFC 7672) do with mail for an MX host.</summary>
public static class MxRules
{
    private static readonly MxVerdict Delivers = new(SenderAction.Delivers);
    private static readonly MxVerdict NoSession = new(SenderAction.Unknown, MxReason.NoSession);
    private static readonly MxVerdict NoStarttls = Refuses(MxReason.NoStarttls, ResultTypes.StarttlsNotSupported);

    /// <summary>RFC 8460 §4.3.1 has no result type for a failed handshake, so the general type is used.</summary>
    private static readonly MxVerdict NoTls = Refuses(MxReason.NoTls, ResultTypes.ValidationFailure);

    /// <summary>What a sender does that applies a policy in mode <c>enforce</c> (RFC 8461 §5).</summary>
    /// <param name="host">The name in the MX record.</param>
    /// <param name="patterns">The <c>mx</c> patterns of the policy.</param>
    /// <param name="sessions">One for each address of the host.</param>
    /// <param name="now">The time for which the certificates' dates are checked.</param>
    public static MxVerdict MtaSts(string host, IEnumerable<MxPattern> patterns, IEnumerable<MxSession> sessions, DateTimeOffset now) =>
        // RFC 8461 §4.1. RFC 8460 §4.3.1 has no type for it: the general one.
        patterns.Any(pattern => pattern.Matches(host)) ? MtaSts(sessions, now) : Refuses(MxReason.NotInPolicy, ResultTypes.ValidationFailure);

    /// <summary>As the other, for a host that the policy admits.</summary>
    /// <param name="sessions">One for each address of the host.</param>
    /// <param name="now">For the certificates' dates.</param>
    public static MxVerdict MtaSts(IEnumerable<MxSession> sessions, DateTimeOffset now) => Together(sessions.Select(session => MtaSts(session, now)));

    /// <summary>What a sender does that uses DANE for SMTP.</summary>
    /// <param name="tlsa">What is known about the host's TLSA records.</param>
    /// <param name="sessions">One for each address of the host.</param>
    public static MxVerdict Dane(TlsaState tlsa, IEnumerable<MxSession> sessions) => tlsa switch
    {
        TlsaState.Insecure or TlsaState.None => new MxVerdict(SenderAction.NotApplicable, MxReason.NoTlsa),
        TlsaState.Failed => Refuses(MxReason.TlsaLookupFailed, ResultTypes.DnssecInvalid),
        TlsaState.Present => Together(sessions.Select(Dane)),
        _ => new MxVerdict(SenderAction.Unknown, MxReason.NotValidated),
    };

    /// <summary>
    /// All that a sender under MTA-STS has against a session, in the order in which it looks (RFC 8461 §4.2); empty when it delivers, and when there was no session.
    /// </summary>
    /// <param name="session">The session with one address.</param>
    /// <param name="now">For the certificate's dates.</param>
    public static IEnumerable<MxReason> Faults(MxSession session, DateTimeOffset now)
    {
        if (Negotiation(session.Outcome) is { } failed)
            return failed.Action == SenderAction.Unknown ? [] : [failed.Reason];
        return session.Certificate is { } certificate ? Faults(certificate, now) : [MxReason.NoTls]; // A session without a certificate is not authenticated.
    }

    private static IEnumerable<MxReason> Faults(MxCertificateFacts certificate, DateTimeOffset now)
    {
        if (now >= certificate.NotAfter)
            yield return MxReason.CertificateExpired;
        if (now < certificate.NotBefore)
            yield return MxReason.CertificateNotYetValid;
        if (!certificate.IsTrusted)
            yield return MxReason.CertificateNotTrusted;
        if (!certificate.NamesHost)
            yield return MxReason.CertificateForOtherName;
    }

    private static MxVerdict MtaSts(MxSession session, DateTimeOffset now) => Negotiation(session.Outcome) ?? Faults(session, now).FirstOrDefault() switch
    {
        MxReason.CertificateExpired => Refuses(MxReason.CertificateExpired, ResultTypes.CertificateExpired),
        MxReason.CertificateForOtherName => Refuses(MxReason.CertificateForOtherName, ResultTypes.CertificateHostMismatch),
        MxReason.NoTls => NoTls,
        MxReason.None => Delivers,
        var reason => Refuses(reason, ResultTypes.CertificateNotTrusted),
    };

    private static MxVerdict Dane(MxSession session) => Negotiation(session.Outcome) ?? session.Dane switch
    {
        DaneMatch.Matched => Delivers,
        DaneMatch.NoneUsable => new MxVerdict(SenderAction.Delivers, MxReason.TlsaNotUsable, ResultTypes.TlsaInvalid),
        DaneMatch.OtherName => Refuses(MxReason.CertificateForOtherName, ResultTypes.CertificateHostMismatch),
        DaneMatch.Expired => Refuses(MxReason.CertificateExpired, ResultTypes.CertificateExpired),
        _ => Refuses(MxReason.TlsaNotMatched, ResultTypes.TlsaInvalid),
    };

    /// <summary>Checks what both require: STARTTLS and TLS 1.2 (RFC 8461 §7.2; RFC 7672 §2.2). Null when the session is encrypted.</summary>
    private static MxVerdict? Negotiation(MxOutcome outcome) => outcome switch
    {
        MxOutcome.Encrypted => null,
        MxOutcome.NoStarttls or MxOutcome.StarttlsRefused => NoStarttls,
        MxOutcome.TlsFailed or MxOutcome.TlsTooOld => NoTls,
        _ => NoSession, // The connection failed before TLS. Another sender may succeed.
    };

    /// <summary>Combines the verdicts on the addresses of a host. An address without a session counts only when no address had one, because senders try the next address.</summary>
    private static MxVerdict Together(IEnumerable<MxVerdict> addresses)
    {
        MxVerdict[] known = [.. addresses.Where(static verdict => verdict.Action != SenderAction.Unknown)];
        if (known.Length == 0)
            return NoSession;
        if (Array.Find(known, static verdict => verdict.Action == SenderAction.Refuses) is not { } refusal)
            return known[0];
        return Array.Exists(known, static verdict => verdict.Action == SenderAction.Delivers) ? refusal with { Action = SenderAction.DeliversPartly } : refusal;
    }

    private static MxVerdict Refuses(MxReason reason, string resultType) => new(SenderAction.Refuses, reason, resultType);
}
