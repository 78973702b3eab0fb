using System.Collections.Concurrent;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Testing;

/// <summary>
/// A minimal provider that meets the contract: names are rows of a table, "certificates" exist from the second call on. It passes the contract's
/// tests, which shows that a failure is a fault of the provider under test.
/// </summary>
public sealed class ReferenceHostnameProvider(IDnsLookup dns, TimeProvider clock) : IHostnameProvider
{
    private readonly ConcurrentDictionary<string, int> made = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Id => "hostname.reference";

    /// <inheritdoc/>
    public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        var answer = await dns.QueryAsync(request.PolicyHost, DnsType.Cname, cancellationToken);
        if (!answer.Records.Any(record => record.Value == request.CnameTarget))
            return new HostnameProgress.Pending("The CNAME is not there.", "Publish it.", TimeSpan.FromSeconds(30));
        return made.AddOrUpdate(request.PolicyHost, 1, (_, calls) => calls + 1) > 1
            ? new HostnameProgress.Live(clock.GetUtcNow().AddDays(90))
            : new HostnameProgress.Pending("The certificate is on its way.", null, TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        made.TryRemove(request.PolicyHost, out _);
        return Task.FromResult<HostnameRemoval>(new HostnameRemoval.Removed());
    }
}
