using System.Diagnostics.Metrics;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>
/// A module's own container: what it registered, and the host's services that its contract names. What a module adds, replaces or removes changes nothing for the host or for another
/// module. Everything that runs a module's factories is called on a thread of the module's.
/// </summary>
internal sealed class ModuleContainer(HostedModule module, IServiceProvider host)
{
    /// <summary>Given to every module as far as the host has them.</summary>
    private static readonly Type[] Shared = [typeof(TimeProvider), typeof(ILoggerFactory), typeof(IMeterFactory), typeof(IDnsLookup), typeof(IHostedNames), typeof(IReportInbox)];

    private readonly Lazy<ServiceProvider> services = new(() => Build(module, host));

    public IServiceProvider Services => services.Value;

    public ValueTask DisposeAsync() => services.IsValueCreated ? services.Value.DisposeAsync() : ValueTask.CompletedTask;

    private static ServiceProvider Build(HostedModule module, IServiceProvider host)
    {
        var services = new ServiceCollection();
        services.AddOptions().AddLogging().AddHttpClient().AddMetrics();
        foreach (var service in module.Services)
            ((ICollection<ServiceDescriptor>)services).Add(service);
        // Last, so that they win; instances, so that the end of this container does not end them.
        foreach (var type in Shared)
        {
            if (host.GetService(type) is { } instance)
                services.AddSingleton(type, instance);
        }
        var configuration = host.GetRequiredService<IConfiguration>();
        services.AddSingleton(module.IsBuiltIn ? configuration : Copy(configuration));
        return services.BuildServiceProvider();
    }

    /// <summary>A plug-in that writes into its configuration changes its own copy.</summary>
    private static IConfigurationRoot Copy(IConfiguration configuration) => new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable()).Build();
}
