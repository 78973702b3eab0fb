using MtaSts.Modules.Testing;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Rfc2136;

/// <summary>The contract, kept with BIND.</summary>
public sealed class Rfc2136ContractTests : DnsProviderContract, IAsyncLifetime
{
    private BindServer? bind;

    public async ValueTask InitializeAsync() => bind = await BindServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (bind is not null)
            await bind.DisposeAsync();
    }

    protected override Task<DnsProviderScene> SetUpAsync() => Task.FromResult(new DnsProviderScene(
        Rfc2136Stage.Provider(bind!), BindServer.UpdateZone, async (name, _) => await DnsProbe.TxtAsync(bind!.Address, name) ?? throw new InvalidOperationException("BIND gave no answer.")));
}
