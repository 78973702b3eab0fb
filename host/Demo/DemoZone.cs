using System.Collections.Concurrent;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Demo;

/// <summary>The demo's DNS: fictional names, held in memory, changed by the demo as by an owner.</summary>
internal sealed class DemoZone : IDnsLookup
{
    private const int Ttl = 300;
    private const string Fictional = ".example";
    private readonly ConcurrentDictionary<(string Name, DnsType Type), string[]> records = new();

    /// <summary>True when the record has changed.</summary>
    public bool Publish(string name, DnsType type, params string[] values)
    {
        var stood = records.TryGetValue((name, type), out var before) && before.AsSpan().SequenceEqual(values);
        records[(name, type)] = values;
        return !stood;
    }

    /// <summary>A domain that a visitor invented: directly under <c>example</c>, which is reserved (RFC 2606).</summary>
    public static bool IsVisitors(string name) =>
        name.EndsWith(Fictional, StringComparison.Ordinal) && !name[..^Fictional.Length].Contains('.', StringComparison.Ordinal) && !DemoDomain.All.Any(domain => domain.Name == name);

    public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken)
    {
        name = name.TrimEnd('.').ToLowerInvariant();
        if (type == DnsType.Mx && IsVisitors(name))
            records.TryAdd((name, type), ["mx1." + name]); // The domain already receives mail.
        return Task.FromResult(records.TryGetValue((name, type), out var values)
            ? new DnsAnswer(DnsStatus.Found, [.. values.Select((value, index) => new DnsRecord(name, value, Ttl, type == DnsType.Mx ? 10 * (index + 1) : 0))])
            : DnsAnswer.Empty(records.Keys.Any(key => key.Name == name) ? DnsStatus.NoData : DnsStatus.NoName));
    }
}
