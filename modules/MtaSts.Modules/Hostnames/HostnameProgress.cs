namespace MtaSts.Modules.Hostnames;

/// <summary>How far a hostname has come. A closed set: live, pending, failed.</summary>
public abstract record HostnameProgress
{
    private HostnameProgress() { }

    /// <summary>
    /// When the provider made the hostname, by its own clock; null where it does not tell. Another moment than before says that
    /// the hostname had been lost and was made anew, of which the host tells the owner.
    /// </summary>
    public DateTimeOffset? MadeAt { get; init; }

    /// <summary>HTTPS answers under this name with a valid certificate.</summary>
    /// <param name="CertificateExpiresAt">When the certificate ends; null where the provider does not tell.</param>
    public sealed record Live(DateTimeOffset? CertificateExpiresAt) : HostnameProgress;

    /// <summary>On its way. Asked again after <paramref name="RetryAfter"/>.</summary>
    /// <param name="Reason">What is being waited for, for the owner to read.</param>
    /// <param name="NextStep">What the owner can do; null when there is nothing but to wait.</param>
    /// <param name="RetryAfter">Bounded by the host to 10 s … 1 h.</param>
    public sealed record Pending(string Reason, string? NextStep, TimeSpan RetryAfter) : HostnameProgress;

    /// <summary>Will not succeed by waiting alone. Retried all the same, with growing pauses.</summary>
    /// <param name="Reason">The provider's name and the vendor's own message.</param>
    /// <param name="NextStep">What the owner or operator can do.</param>
    public sealed record Failed(string Reason, string? NextStep) : HostnameProgress;
}
