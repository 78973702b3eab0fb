namespace MtaSts.Modules.Dns;

/// <summary>All records of one name and type.</summary>
/// <param name="Name">The full name in lower-case A-labels, without trailing dot: <c>abc._mta-sts.service.net</c>.</param>
/// <param name="Type"><see cref="DnsType.Txt"/> or <see cref="DnsType.Cname"/>; a provider may answer others with <see cref="DnsChange.Failed"/>.</param>
/// <param name="Ttl">Seconds; a provider that does not allow this TTL uses the nearest allowed one and returns it in <see cref="DnsChange.Done"/>.</param>
/// <param name="Values">
/// At least one; decoded. The text of a TXT is printable ASCII of at most <see cref="MaxText"/> characters: the provider splits it into
/// character-strings of at most 255 bytes (RFC 1035 §3.3) and quotes it where its protocol requires that, see <see cref="TxtStrings"/>. The target of
/// a CNAME has no trailing dot.
/// </param>
public sealed record DnsRecordSet(string Name, DnsType Type, int Ttl, IReadOnlyList<string> Values)
{
    /// <summary>Longest text of one TXT record: the smallest limit of common DNS hosts.</summary>
    public const int MaxText = 2_048;
}
