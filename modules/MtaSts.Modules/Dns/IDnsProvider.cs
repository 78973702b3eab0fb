namespace MtaSts.Modules.Dns;

/// <summary>
/// Writes records into a zone of the operator's. Both calls set a whole record set (RRset: all records of one name and type) to what is asked for, whatever
/// stands there, so they are idempotent and may be repeated after a crash and by several silos; records of other names stay as they are. A set changes at once
/// or, where the provider cannot do that, with as short a gap as it can; never is a mixture of old and new values left behind. Both return within the time the
/// host gives (<see cref="CancellationToken"/>, 20 s by default) and keep nothing in memory between calls; what was begun by a call that has ended does not take
/// effect later, as far as the provider can help it. The host never has two calls for the same name under way. What is expected to fail is returned, not thrown;
/// what is thrown is caught by the host, shown to the operator as a fault of this provider and retried with back-off.
/// </summary>
public interface IDnsProvider
{
    /// <summary>Permanent id, stored with each record: <c>dns.rfc2136</c>.</summary>
    string Id { get; }

    /// <summary>
    /// Makes sure that exactly these values stand at the name, and that the zone's authoritative server answers with them, or will without anybody's doing. Called
    /// again from time to time afterwards, so that a record that was lost is noticed; a set that is right is not written again. Records of another type at a name
    /// that is to have a CNAME, or a CNAME at a name that is to have anything else, are replaced (RFC 1034 §3.6.2).
    /// </summary>
    Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken);

    /// <summary>Makes sure that no record of the type stands at the name. One that does not exist is <see cref="DnsChange.Done"/>, not a failure.</summary>
    /// <param name="name">As in <see cref="DnsRecordSet"/>.</param>
    /// <param name="type">The type of the record set.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken);
}
