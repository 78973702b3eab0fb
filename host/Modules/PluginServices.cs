namespace MtaSts.Host.Modules;

/// <summary>
/// The hosted services of plug-ins: started after the service has started, each on its own thread, so that one that throws or hangs neither stops nor
/// delays the host; stopped with one time limit for all.
/// </summary>
internal sealed class PluginServices(ModuleCatalog modules, IConfiguration configuration, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    /// <summary>A service that has not started after this is reported; the wait continues.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    /// <summary>A service that ignores its stop is abandoned after this.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(8);

    public static bool HasServices(HostedModule module) => module.Services.Any(service => service.ServiceType == typeof(IHostedService));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.Started(stoppingToken);
        if (stoppingToken.IsCancellationRequested)
            return;
        // Counts from the start of the stop, because other parts need time too.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(modules.All.Where(module => !module.IsBuiltIn && module.IsChosen(configuration) && HasServices(module)).Select(module => RunAsync(module, stop.Token)));
    }

    private async Task RunAsync(HostedModule module, CancellationToken stop)
    {
        IHostedService[] services;
        var making = ModuleThread.Start(module.Name, () => module.Container!.Services.GetServices<IHostedService>().ToArray());
        try
        {
            services = await Await(module, making, "The constructor of a hosted service", stop);
        }
        catch (Exception exception)
        {
            if (!stop.IsCancellationRequested)
                module.Health.Failed("hosted", $"A hosted service could not be created: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));
            return;
        }
        await Task.WhenAll(services.Select(service => RunAsync(module, service, stop)));
    }

    private async Task RunAsync(HostedModule module, IHostedService service, CancellationToken stop)
    {
        var name = service.GetType().Name;
        try
        {
            var starting = ModuleThread.StartAsync(module.Name, async () =>
            {
                await service.StartAsync(stop);
                return true;
            });
            await Await(module, starting, $"{name}.StartAsync", stop);
            module.Health.Worked(name);
            await (service is BackgroundService { ExecuteTask: { } running } ? running : Task.Delay(Timeout.Infinite, CancellationToken.None)).WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The service is stopping.
        }
        catch (Exception exception)
        {
            module.Health.Failed(name, $"{name} ended: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopAsync(module, service, name);
    }

    private async Task StopAsync(HostedModule module, IHostedService service, string name)
    {
        using var limit = new CancellationTokenSource(StopLimit, clock);
        var stopping = ModuleThread.StartAsync(module.Name, () => service.StopAsync(limit.Token));
        try
        {
            await stopping.WaitAsync(StopLimit, clock);
        }
        catch (TimeoutException) when (!stopping.IsCompleted)
        {
            module.Health.Failed(name, $"{name}.StopAsync did not return within {StopLimit.TotalSeconds:0} s. The service does not wait for it any longer.");
        }
        catch (Exception exception)
        {
            module.Health.Failed(name, $"{name}.StopAsync: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));
        }
    }

    /// <summary>Reports a slow task, and continues to wait until the service stops.</summary>
    private async Task<T> Await<T>(HostedModule module, Task<T> task, string what, CancellationToken stop)
    {
        try
        {
            return await task.WaitAsync(StartLimit, clock, stop);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            module.Health.Failed("hosted", $"{what} has not returned for {StartLimit.TotalSeconds:0} s.");
            var made = await task.WaitAsync(stop);
            module.Health.Worked("hosted");
            return made;
        }
    }
}

internal static class LifetimeExtensions
{
    /// <summary>Ends when the service has started, or is cancelled.</summary>
    public static async Task Started(this IHostApplicationLifetime lifetime, CancellationToken stop)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await using var onStop = stop.Register(() => started.TrySetCanceled());
        await ((Task)started.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
