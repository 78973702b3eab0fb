using System.Diagnostics.Metrics;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Http;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>
/// A module's own container: its registrations and the host's services that the contract names. A module's registrations do not affect the host or
/// other modules. A module's factories run only on the module's threads.
/// </summary>
internal sealed class ModuleContainer(HostedModule module, IServiceProvider host)
{
    /// <summary>Passed to every module if the host has them.</summary>
    private static readonly Type[] Shared = [typeof(TimeProvider), typeof(ILoggerFactory), typeof(IMeterFactory), typeof(IDnsLookup), typeof(IHostedNames)];

    private readonly Lazy<ServiceProvider> services = new(() => Build(module, host));

    public IServiceProvider Services => services.Value;

    public ValueTask DisposeAsync() => services.IsValueCreated ? services.Value.DisposeAsync() : ValueTask.CompletedTask;

    private static ServiceProvider Build(HostedModule module, IServiceProvider host)
    {
        var services = new ServiceCollection();
        foreach (var service in module.Services)
            ((ICollection<ServiceDescriptor>)services).Add(service);
        // After the module's, so that what the framework adds once is not there twice; a named client of the module still overrides the defaults.
        services.AddOptions().AddLogging().AddMetrics().AddModuleHttp();
        // Added last, to override the module's; added as instances, so that this container does not dispose of them.
        foreach (var type in Shared)
        {
            if (host.GetService(type) is { } instance)
                services.AddSingleton(type, instance);
        }
        if (host.GetService<IReportInbox>() is { } inbox)
            services.AddSingleton<IReportInbox>(new ModuleInbox(inbox, module.Id!));
        var configuration = host.GetRequiredService<IConfiguration>();
        services.AddSingleton(module.IsBuiltIn ? configuration : Copy(configuration));
        return services.BuildServiceProvider();
    }

    /// <summary>A plug-in that writes to its configuration changes only this copy.</summary>
    private static IConfigurationRoot Copy(IConfiguration configuration) => new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable()).Build();
}
