using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>One host for the tests of a class, each with domains of its own.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    private HostProcess? host;

    public HostProcess Host => host!;

    public async ValueTask InitializeAsync() => host = await HostProcess.StartAsync(ApiClient.Settings());

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
    }
}
