namespace MtaSts.Modules.Hostnames;

/// <summary>State of the removal of a hostname. A closed set: removed, pending, failed.</summary>
public abstract record HostnameRemoval
{
    private HostnameRemoval() { }

    /// <summary>The provider no longer knows the name.</summary>
    public sealed record Removed : HostnameRemoval;

    /// <summary>Deletion was accepted and is not finished. Called again after <paramref name="RetryAfter"/>.</summary>
    public sealed record Pending(TimeSpan RetryAfter) : HostnameRemoval;

    /// <summary>Could not be deleted; retried with growing pauses.</summary>
    /// <param name="Reason">The provider's name and the vendor's own message.</param>
    public sealed record Failed(string Reason) : HostnameRemoval;
}
