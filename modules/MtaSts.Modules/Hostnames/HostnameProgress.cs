namespace MtaSts.Modules.Hostnames;

/// <summary>State of a hostname. A closed set: live, pending, failed.</summary>
public abstract record HostnameProgress
{
    private HostnameProgress() { }

    /// <summary>
    /// When the provider created the hostname, by its own clock; null if unknown. A different time than before means that the hostname was lost and
    /// created again, which the host reports to the owner.
    /// </summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>HTTPS answers under this name with a valid certificate.</summary>
    /// <param name="CertificateExpiresAt">When the certificate expires; null if unknown.</param>
    public sealed record Live(DateTimeOffset? CertificateExpiresAt) : HostnameProgress;

    /// <summary>In progress. Called again after <paramref name="RetryAfter"/>.</summary>
    /// <param name="Reason">What the provider waits for, shown to the owner.</param>
    /// <param name="NextStep">What the owner can do; null when the owner can only wait.</param>
    /// <param name="RetryAfter">Bounded by the host to 10 s … 1 h.</param>
    public sealed record Pending(string Reason, string? NextStep, TimeSpan RetryAfter) : HostnameProgress;

    /// <summary>Waiting alone will not help. Still retried, with growing pauses.</summary>
    /// <param name="Reason">The provider's name and the vendor's own message.</param>
    /// <param name="NextStep">What the owner or operator can do.</param>
    public sealed record Failed(string Reason, string? NextStep) : HostnameProgress;
}
