namespace MtaSts.Modules.Dns;

/// <summary>
/// DNS look-ups through the servers that the operator configured. Bounded in time and answer size; never throws because of a name server's answer or
/// silence. Safe for concurrent use.
/// </summary>
public interface IDnsLookup
{
    /// <summary>Looks a name up.</summary>
    /// <param name="name">A full name in A-labels; a trailing dot is allowed.</param>
    /// <param name="type">The requested record type.</param>
    /// <param name="cancellationToken">Ends the wait; the answer is then <see cref="DnsStatus.Failed"/>.</param>
    Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken);
}
