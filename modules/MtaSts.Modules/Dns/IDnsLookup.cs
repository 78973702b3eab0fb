namespace MtaSts.Modules.Dns;

/// <summary>
/// DNS look-ups through the servers the operator configured. Bounded in time and answer size; never throws for what a
/// name server answers or fails to answer. Safe for concurrent use.
/// </summary>
public interface IDnsLookup
{
    /// <summary>Looks a name up.</summary>
    /// <param name="name">A full name in A-labels; a trailing dot is allowed.</param>
    /// <param name="type">The record type asked for.</param>
    /// <param name="cancellationToken">Ends the wait; the answer is then <see cref="DnsStatus.Failed"/>.</param>
    Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken);
}
