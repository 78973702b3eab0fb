namespace MtaSts.Modules.Hostnames;

/// <summary>
/// Terminates HTTPS for policy hosts. Both calls are idempotent and may be repeated after a crash, in any order and by
/// several silos; both return within the time the host gives (<see cref="CancellationToken"/>, 30 s by default) and keep
/// nothing in memory between calls. What is expected to fail is returned, not thrown; what is thrown is caught by the
/// host, shown to the operator as a fault of this provider and retried with back-off.
/// </summary>
public interface IHostnameProvider
{
    /// <summary>Permanent id, stored with each hostname: <c>hostname.local</c>.</summary>
    string Id { get; }

    /// <summary>
    /// Makes sure that the hostname exists at the provider and moves it towards live. Called again until it answers
    /// <see cref="HostnameProgress.Live"/>, and from time to time afterwards, so that a hostname that was lost is noticed.
    /// </summary>
    Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the hostname and its certificate are gone. A hostname that does not exist is
    /// <see cref="HostnameRemoval.Removed"/>, not a failure.
    /// </summary>
    Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken);
}
