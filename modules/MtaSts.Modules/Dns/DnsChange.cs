namespace MtaSts.Modules.Dns;

/// <summary>Result of a change of a record set. A closed set: done, pending, failed.</summary>
public abstract record DnsChange
{
    private DnsChange() { }

    /// <summary>The zone is as requested.</summary>
    /// <param name="Ttl">The TTL in seconds that the set has now, which may differ from the requested one; 0 after a deletion.</param>
    public sealed record Done(int Ttl) : DnsChange;

    /// <summary>Accepted or deferred, and not done yet. Called again after <paramref name="RetryAfter"/>.</summary>
    /// <param name="Reason">What the change waits for, shown to the owner.</param>
    /// <param name="RetryAfter">Bounded by the host to 10 s … 1 h.</param>
    public sealed record Pending(string Reason, TimeSpan RetryAfter) : DnsChange;

    /// <summary>Waiting alone will not help, or the state is unknown. Still retried, with growing pauses.</summary>
    /// <param name="Reason">The provider's name and its message.</param>
    /// <param name="NextStep">What the operator can do.</param>
    public sealed record Failed(string Reason, string? NextStep) : DnsChange;
}
