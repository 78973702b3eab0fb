namespace MtaSts.Modules.Dns;

/// <summary>What became of a change of a record set. A closed set: done, pending, failed.</summary>
public abstract record DnsChange
{
    private DnsChange() { }

    /// <summary>The zone is as was asked for.</summary>
    /// <param name="Ttl">The TTL in seconds that the set has now, which may not be the one asked for; 0 after a deletion.</param>
    public sealed record Done(int Ttl) : DnsChange;

    /// <summary>Accepted or put off, and not done yet. Asked again after <paramref name="RetryAfter"/>.</summary>
    /// <param name="Reason">What is being waited for, for the owner to read.</param>
    /// <param name="RetryAfter">Bounded by the host to 10 s … 1 h.</param>
    public sealed record Pending(string Reason, TimeSpan RetryAfter) : DnsChange;

    /// <summary>Will not succeed by waiting alone, or nobody can tell. Retried all the same, with growing pauses.</summary>
    /// <param name="Reason">The provider's name and its own words.</param>
    /// <param name="NextStep">What the operator can do.</param>
    public sealed record Failed(string Reason, string? NextStep) : DnsChange;
}
