using System.Collections.Concurrent;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Testing;

/// <summary>A DNS with the records that a test publishes.</summary>
public sealed class InMemoryDns : IDnsLookup
{
    private readonly ConcurrentDictionary<(string Name, DnsType Type), IReadOnlyList<DnsRecord>> records = new();

    /// <summary>When set, every look-up fails with this problem.</summary>
    public string? Outage { get; set; }

    /// <summary>Replaces a record set; without values it is removed.</summary>
    public void Publish(string name, DnsType type, params string[] values)
    {
        if (values.Length == 0)
            records.TryRemove((Key(name), type), out _);
        else
            records[(Key(name), type)] = [.. values.Select((value, index) => new DnsRecord(Key(name), value, 300, type == DnsType.Mx ? 10 * (index + 1) : 0))];
    }

    /// <inheritdoc/>
    public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
    {
        if (Outage is not null || cancellationToken.IsCancellationRequested)
            return Task.FromResult(DnsAnswer.Empty(DnsStatus.Failed, Outage ?? "cancelled"));
        if (records.TryGetValue((Key(name), type), out var found))
            return Task.FromResult(new DnsAnswer(DnsStatus.Found, found));
        return Task.FromResult(DnsAnswer.Empty(records.Keys.Any(key => key.Name == Key(name)) ? DnsStatus.NoData : DnsStatus.NoName));
    }

    private static string Key(string name) => name.TrimEnd('.').ToLowerInvariant();
}
