namespace MtaSts.Modules.Dns;

/// <summary>
/// Writes records into the operator's zone. Both calls set a whole record set (RRset: all records of one name and type) to the requested state,
/// whatever its current state, so they are idempotent and may be repeated after a crash and by several silos; records of other names do not change. A
/// set changes atomically or, where the provider cannot do that, with the shortest possible gap; a mixture of old and new values must never remain.
/// Both return within the time limit of the host (<see cref="CancellationToken"/>, 20 s by default) and keep nothing in memory between calls; a call
/// that has ended must not take effect later, as far as the provider can prevent it. The host never makes two concurrent calls for the same name.
/// Expected failures are returned, not thrown; the host catches exceptions, shows them to the operator as a fault of this provider and retries with
/// back-off.
/// </summary>
public interface IDnsProvider
{
    /// <summary>Permanent id, stored with each record: <c>dns.rfc2136</c>.</summary>
    string Id { get; }

    /// <summary>
    /// Ensures that the name has exactly these values, and that the zone's authoritative server answers with them, or will without further action.
    /// Called again periodically, to detect lost records; a set that is already correct is not written again. Records of another type at a name that
    /// gets a CNAME, or a CNAME at a name that gets other records, are replaced (RFC 1034 §3.6.2).
    /// </summary>
    Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken);

    /// <summary>Ensures that the name has no record of the type. One that does not exist is <see cref="DnsChange.Done"/>, not a failure.</summary>
    /// <param name="name">As in <see cref="DnsRecordSet"/>.</param>
    /// <param name="type">The type of the record set.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken);
}
