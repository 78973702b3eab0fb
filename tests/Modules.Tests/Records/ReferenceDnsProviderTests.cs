using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Records;

/// <summary>The contract's tests pass for the reference, so that a failing one tells of the provider under test.</summary>
public sealed class ReferenceDnsProviderTests : DnsProviderContract
{
    protected override Task<DnsProviderScene> SetUpAsync()
    {
        var zone = new InMemoryDns();
        return Task.FromResult(new DnsProviderScene(new ReferenceDnsProvider(zone), "records.service.net",
            async (name, type) => [.. (await zone.QueryAsync(name, type, CancellationToken.None)).Records.Select(record => record.Value)]));
    }
}
