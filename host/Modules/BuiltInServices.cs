namespace MtaSts.Host.Modules;

/// <summary>
/// Starts and stops the hosted services of the enabled built-in modules. A service that fails to start prevents the start of the host, as a service of
/// the host does; those of plug-ins do not (<see cref="PluginServices"/>).
/// </summary>
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

    /// <summary>Disposes the modules' containers. Not done in <see cref="StopAsync"/>, because grains may call providers until the silo has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var container in modules.All.Where(module => module.IsBuiltIn).Select(module => module.Container!))
            await container.DisposeAsync();
    }
}
