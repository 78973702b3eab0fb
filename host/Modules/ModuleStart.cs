namespace MtaSts.Host.Modules;

/// <summary>
/// Reports at the start which modules are not in use and why, creates the selected providers, and fails when a selected one does not exist. If a
/// plug-in's provider cannot be created, this is reported and creation is retried at its next use.
/// </summary>
internal sealed partial class ModuleStart(ModuleCatalog modules, HostnameProviders providers, DnsProviders dnsProviders, TimeProvider clock, ILogger<ModuleStart> logger) : IHostedLifecycleService
{
    /// <summary>For a constructor. Bounds: how long a plug-in delays the start; the constructor continues.</summary>
    private static readonly TimeSpan MakeLimit = TimeSpan.FromSeconds(2);

    /// <summary>For the disposal of all modules together.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var module in modules.All)
        {
            module.Health.LogTo((message, details) => LogFault(module.Name, message, details));
            if (module.Health.Problem is { } problem)
                LogProblem(module.Name, module.Origin, problem);
        }
        await Make((GuardedHostnameProvider)providers.Configured, ((GuardedHostnameProvider)providers.Configured).PrepareAsync(), cancellationToken);
        LogProvider(providers.Configured.Id);
        if (dnsProviders.Configured is not GuardedDnsProvider dns)
            return;
        await Make(dns, dns.PrepareAsync(), cancellationToken);
        LogDnsProvider(dns.Id);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Modules are no longer called: disposes of their objects. An object that does not end is abandoned until the process ends.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(modules.All.Where(module => module.Container is not null).Select(module => ModuleThread.StartAsync(module.Name, () => module.Container!.DisposeAsync().AsTask())))
                .WaitAsync(EndLimit, clock, cancellationToken);
        }
        catch (Exception exception)
        {
            LogNotDisposed(exception);
        }
    }

    private async Task Make(object provider, Task making, CancellationToken cancellationToken)
    {
        var id = provider is GuardedHostnameProvider hostnames ? hostnames.Id : ((GuardedDnsProvider)provider).Id;
        var health = modules.All.FirstOrDefault(module => module.Id == id)?.Health ?? new ModuleHealth(clock);
        try
        {
            await making.WaitAsync(MakeLimit, clock, cancellationToken);
        }
        catch (TimeoutException) when (!making.IsCompleted)
        {
            health.Failed("calls", $"{id}: its constructor did not return within {MakeLimit.TotalSeconds:0} s.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            health.Failed("calls", $"{id}: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));
        }
    }

    [LoggerMessage(1109, LogLevel.Warning, "A module failed during disposal or did not stop in time; the service stops without waiting for it")]
    private partial void LogNotDisposed(Exception exception);

    [LoggerMessage(1102, LogLevel.Error, "Module {Name} is not used ({Origin}). {Problem}")]
    private partial void LogProblem(string name, string origin, string problem);

    [LoggerMessage(1103, LogLevel.Information, "Hostname provider: {Provider}")]
    private partial void LogProvider(string provider);

    [LoggerMessage(1108, LogLevel.Information, "DNS provider for delegated records: {Provider}")]
    private partial void LogDnsProvider(string provider);

    [LoggerMessage(1101, LogLevel.Error, "Module {Name} failed: {Message} {Details}")]
    private partial void LogFault(string name, string message, string details);
}
