namespace MtaSts.Protocol;

/// <summary>The result of comparing a server's certificates with its TLSA records.</summary>
public enum DaneMatch
{
    /// <summary>A record authenticates the server.</summary>
    Matched,

    /// <summary>No record is usable for SMTP: senders encrypt without authentication (RFC 7672 §2.2).</summary>
    NoneUsable,

    /// <summary>There are usable records, but none matches a certificate that the server sent.</summary>
    NotMatched,

    /// <summary>The chain leads to the trust anchor of a record, but the certificate is for other names (RFC 7672 §3.2.2).</summary>
    OtherName,

    /// <summary>The chain leads to the trust anchor of a record, but a certificate in it has expired or is not valid yet (RFC 7671 §5.2).</summary>
    Expired,
}

/// <summary>What is known about the TLSA records of an MX host (RFC 7672 §2.2).</summary>
public enum TlsaState
{
    /// <summary>The answers were not validated by a resolver that the operator trusts, so it is not known what senders do.</summary>
    NotValidated,

    /// <summary>The MX records, the host's addresses or the TLSA records are not signed, so DANE does not apply (RFC 7672 §2.2.1, §2.2.2).</summary>
    Insecure,

    /// <summary>Validated: there are no TLSA records.</summary>
    None,

    /// <summary>Validated: there are TLSA records.</summary>
    Present,

    /// <summary>The addresses are validated, but the lookup of the TLSA records fails: senders treat the host as unreachable (RFC 7672 §2.1.1, §2.2.2).</summary>
    Failed,
}
