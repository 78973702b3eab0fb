using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Cloudflare;

public sealed class CloudflareContractTests : HostnameProviderContract, IAsyncDisposable
{
    private readonly List<CloudflareStage> stages = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
            await stage.DisposeAsync();
    }

    protected override async Task<HostnameProviderScene> SetUpAsync()
    {
        var stage = await CloudflareStage.StartAsync();
        stages.Add(stage);
        return new HostnameProviderScene(new WaitingHost(stage), stage.Request, () =>
        {
            stage.Publish(stage.Request);
            return Task.CompletedTask;
        });
    }

    /// <summary>Waits between two calls as long as the provider wishes, as the host does.</summary>
    private sealed class WaitingHost(CloudflareStage stage) : IHostnameProvider
    {
        public string Id => stage.Provider.Id;

        public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
        {
            var progress = await stage.Provider.EnsureAsync(request, cancellationToken);
            if (progress is HostnameProgress.Pending pending)
                stage.Clock.Advance(pending.RetryAfter);
            return progress;
        }

        public async Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken)
        {
            var removal = await stage.Provider.RemoveAsync(request, cancellationToken);
            if (removal is HostnameRemoval.Pending pending)
                stage.Clock.Advance(pending.RetryAfter);
            return removal;
        }
    }
}
