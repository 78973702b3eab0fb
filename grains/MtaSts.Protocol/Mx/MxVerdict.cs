namespace MtaSts.Protocol;

/// <summary>What a sender does with mail for an MX host.</summary>
public enum SenderAction
{
    /// <summary>Not known: there was no session, or the DNS answers are not validated.</summary>
    Unknown,

    /// <summary>The mechanism does not apply to the host; the sender delivers as if it did not exist.</summary>
    NotApplicable,

    /// <summary>The sender delivers to the host.</summary>
    Delivers,

    /// <summary>The sender delivers to some addresses of the host and refuses others. Mail may be delayed, or fail if the sender tries too few addresses.</summary>
    DeliversPartly,

    /// <summary>The sender does not deliver to the host.</summary>
    Refuses,
}

/// <summary>The reason for a <see cref="SenderAction"/>.</summary>
public enum MxReason
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>No session got as far as STARTTLS.</summary>
    NoSession,

    /// <summary>No pattern of the policy admits the host (RFC 8461 §4.1).</summary>
    NotInPolicy,

    /// <summary>No STARTTLS (RFC 8461 §4.2, RFC 7672 §2.2).</summary>
    NoStarttls,

    /// <summary>No TLS session of version 1.2 or later (RFC 8461 §7.2).</summary>
    NoTls,

    /// <summary>The certificate has expired.</summary>
    CertificateExpired,

    /// <summary>The certificate is not valid yet.</summary>
    CertificateNotYetValid,

    /// <summary>The certificate does not chain to a trusted root.</summary>
    CertificateNotTrusted,

    /// <summary>The certificate is for other names.</summary>
    CertificateForOtherName,

    /// <summary>The DNS answers are not validated.</summary>
    NotValidated,

    /// <summary>There are no signed TLSA records.</summary>
    NoTlsa,

    /// <summary>The lookup of the TLSA records fails.</summary>
    TlsaLookupFailed,

    /// <summary>No TLSA record is usable: the sender encrypts without authentication (RFC 7672 §2.2).</summary>
    TlsaNotUsable,

    /// <summary>No TLSA record matches the server's certificates.</summary>
    TlsaNotMatched,
}

/// <summary>What a sender does with mail for an MX host, and what it reports.</summary>
/// <param name="Action">What the sender does.</param>
/// <param name="Reason">Why the sender does it: the first reason in the order of the rules.</param>
/// <param name="ResultType">The result type that the sender reports (RFC 8460 §4.3, <see cref="Reports.ResultTypes"/>); null when it reports no failure.</param>
public sealed record MxVerdict(SenderAction Action, MxReason Reason = MxReason.None, string? ResultType = null);
