using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Local;

/// <summary>
/// A policy host is live as soon as its CNAME is correct or it was reached: the operator provides the TLS termination in front of the gateway. The
/// provider creates nothing and removes nothing.
/// </summary>
public sealed class LocalHostnameProvider(IDnsLookup dns) : IHostnameProvider
{
    /// <summary>Stored with each hostname.</summary>
    public const string ProviderId = "hostname.local";

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Id => ProviderId;

    /// <inheritdoc/>
    public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (request.IsReached)
            return new HostnameProgress.Live(null);
        var answer = await dns.QueryAsync(request.PolicyHost, DnsType.Cname, cancellationToken);
        if (answer.Status == DnsStatus.Failed)
            return new HostnameProgress.Pending($"The DNS gave no answer for {request.PolicyHost} ({answer.Problem}).", null, LookAgain);
        return answer.Records.Any(record => string.Equals(record.Value, request.CnameTarget, StringComparison.OrdinalIgnoreCase))
            ? new HostnameProgress.Live(null)
            : new HostnameProgress.Pending($"{request.PolicyHost} does not point to {request.CnameTarget}.", $"Publish the CNAME to {request.CnameTarget}.", LookAgain);
    }

    /// <inheritdoc/>
    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<HostnameRemoval>(new HostnameRemoval.Removed());
}
