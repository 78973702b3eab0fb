using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>One host for the tests of a class, each with domains of its own.</summary>
public class ApiFixture : IAsyncLifetime
{
    private HostProcess? host;

    public HostProcess Host => host!;

    protected virtual (string Key, string Value)[] Settings => [];

    public async ValueTask InitializeAsync() => host = await HostProcess.StartAsync(ApiClient.Settings(Settings));

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same under another name.</summary>
public sealed class NamedFixture : ApiFixture
{
    public const string Name = "more.example.com";

    protected override (string Key, string Value)[] Settings => [("Dashboard:Hosts", Name)];
}
