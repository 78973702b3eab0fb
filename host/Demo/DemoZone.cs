using System.Collections.Concurrent;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Demo;

/// <summary>The demo's DNS: fictional names, held in memory, changed by the demo as an owner would change his.</summary>
internal sealed class DemoZone : IDnsLookup
{
    private const int Ttl = 300;
    private readonly ConcurrentDictionary<(string Name, DnsType Type), string[]> records = new();

    public void Publish(string name, DnsType type, params string[] values) => records[(name, type)] = values;

    public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
    {
        name = name.TrimEnd('.').ToLowerInvariant();
        return Task.FromResult(records.TryGetValue((name, type), out var values)
            ? new DnsAnswer(DnsStatus.Found, [.. values.Select((value, index) => new DnsRecord(name, value, Ttl, type == DnsType.Mx ? 10 * (index + 1) : 0))])
            : DnsAnswer.Empty(records.Keys.Any(key => key.Name == name) ? DnsStatus.NoData : DnsStatus.NoName));
    }
}
