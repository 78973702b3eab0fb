namespace MtaSts.Modules.Dns;

/// <summary>The record types that the service queries.</summary>
public enum DnsType
{
    /// <summary>IPv4 address.</summary>
    A,

    /// <summary>IPv6 address.</summary>
    Aaaa,

    /// <summary>Alias. Queried directly: the first hop, not the end of the chain.</summary>
    Cname,

    /// <summary>Mail exchanger.</summary>
    Mx,

    /// <summary>Text. The character-strings of one record are joined without spaces.</summary>
    Txt,

    /// <summary>Name server.</summary>
    Ns,

    /// <summary>Start of authority.</summary>
    Soa,

    /// <summary>Certification authority authorisation.</summary>
    Caa,

    /// <summary>Certificate association of DANE (RFC 6698), in presentation format: <c>3 1 1</c> and hexadecimal digits.</summary>
    Tlsa,
}

/// <summary>Result of a look-up.</summary>
public enum DnsStatus
{
    /// <summary>At least one record of the requested type.</summary>
    Found,

    /// <summary>The name exists, without a record of this type.</summary>
    NoData,

    /// <summary>The name does not exist.</summary>
    NoName,

    /// <summary>No usable answer: time-out, SERVFAIL, refused, malformed. The state of the name is unknown.</summary>
    Failed,
}

/// <summary>One record of an answer.</summary>
/// <param name="Name">The owner name, lower-case, without trailing dot; after a CNAME the name at its end.</param>
/// <param name="Value">Decoded: the text of a TXT, the target of a CNAME or MX (lower-case, no trailing dot), an address.</param>
/// <param name="Ttl">Seconds the resolver may keep it.</param>
/// <param name="Preference">An MX's preference; 0 for other types.</param>
public sealed record DnsRecord(string Name, string Value, int Ttl, int Preference = 0);

/// <summary>An answer of <see cref="IDnsLookup"/>.</summary>
/// <param name="Status">What the look-up came to.</param>
/// <param name="Records">The records of the requested type; empty unless <see cref="DnsStatus.Found"/>.</param>
/// <param name="Problem">Why there is no answer, as human-readable text; null unless <see cref="DnsStatus.Failed"/>.</param>
/// <param name="IsAuthentic">
/// A resolver that the operator trusts has validated the answer with DNSSEC, also an answer without records. False: the zone is not signed, or no trusted resolver was asked.
/// </param>
public sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, string? Problem = null, bool IsAuthentic = false)
{
    /// <summary>An answer without records.</summary>
    public static DnsAnswer Empty(DnsStatus status, string? problem = null) => new(status, [], problem);
}
