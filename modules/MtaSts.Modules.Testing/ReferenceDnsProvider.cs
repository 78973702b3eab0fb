using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Testing;

/// <summary>
/// A minimal DNS provider that meets the contract: the zone is an <see cref="InMemoryDns"/>. It passes the contract's tests, which shows that a
/// failure is a fault of the provider under test.
/// </summary>
public sealed class ReferenceDnsProvider(InMemoryDns zone) : IDnsProvider
{
    /// <inheritdoc/>
    public string Id => "dns.reference";

    /// <summary>When set, every call fails with this reason.</summary>
    public string? Outage { get; set; }

    /// <summary>Number of calls.</summary>
    public int Calls { get; private set; }

    /// <inheritdoc/>
    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        return Change(() =>
        {
            zone.Publish(set.Name, set.Type == DnsType.Txt ? DnsType.Cname : DnsType.Txt);
            zone.Publish(set.Name, set.Type, [.. set.Values]);
            return new DnsChange.Done(set.Ttl);
        });
    }

    /// <inheritdoc/>
    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => Change(() =>
    {
        zone.Publish(name, type);
        return new DnsChange.Done(0);
    });

    private Task<DnsChange> Change(Func<DnsChange> change)
    {
        Calls++;
        return Task.FromResult(Outage is { } outage ? new DnsChange.Failed(outage, "Mend it.") : change());
    }
}
