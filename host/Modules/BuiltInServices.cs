namespace MtaSts.Host.Modules;

/// <summary>The hosted services of built-in modules that are chosen: as the host's own, one that cannot start stops the start with its message.</summary>
internal sealed class BuiltInServices(ModuleCatalog modules, IConfiguration configuration) : IHostedService, IAsyncDisposable
{
    private readonly List<IHostedService> started = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var module in modules.All.Where(module => module.IsBuiltIn && module.IsChosen(configuration) && PluginServices.HasServices(module)))
        {
            foreach (var service in module.Container!.Services.GetServices<IHostedService>())
            {
                await service.StartAsync(cancellationToken);
                started.Add(service);
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        for (var i = started.Count - 1; i >= 0; i--)
            await started[i].StopAsync(cancellationToken);
    }

    /// <summary>With the host's container: grains may call providers until the silo has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var container in modules.All.Where(module => module.IsBuiltIn).Select(module => module.Container!))
            await container.DisposeAsync();
    }
}
