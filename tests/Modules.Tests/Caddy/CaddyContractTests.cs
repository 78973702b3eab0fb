using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Caddy;

public sealed class CaddyContractTests : HostnameProviderContract, IDisposable
{
    private readonly CaddyStage stage = new();

    public void Dispose() => stage.Dispose();

    protected override Task<HostnameProviderScene> SetUpAsync()
    {
        stage.Show(stage.Authority);
        // The addresses of the test's DNS are the target's own: an owner who has published nothing has none.
        stage.Dns.Publish(stage.Request.PolicyHost, Dns.DnsType.A);
        return Task.FromResult(new HostnameProviderScene(stage.Provider, stage.Request, () =>
        {
            stage.PublishCname();
            return Task.CompletedTask;
        }));
    }
}
