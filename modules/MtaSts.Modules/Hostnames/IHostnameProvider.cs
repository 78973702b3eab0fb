namespace MtaSts.Modules.Hostnames;

/// <summary>
/// Terminates HTTPS for policy hosts. Both calls are idempotent and may be repeated after a crash, in any order and by
/// several silos; both return within the time limit of the host (<see cref="CancellationToken"/>, 30 s by default) and keep
/// nothing in memory between calls. Expected failures are returned, not thrown; the host catches exceptions, shows them to the operator as a fault of
/// this provider and retries with back-off.
/// </summary>
public interface IHostnameProvider
{
    /// <summary>Permanent id, stored with each hostname: <c>hostname.local</c>.</summary>
    string Id { get; }

    /// <summary>
    /// Ensures that the hostname exists at the provider and moves it towards live. Called again until it answers
    /// <see cref="HostnameProgress.Live"/>, and periodically afterwards, to detect lost hostnames.
    /// </summary>
    Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Ensures that the hostname and its certificate are deleted. A hostname that does not exist is
    /// <see cref="HostnameRemoval.Removed"/>, not a failure.
    /// </summary>
    Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken);
}
