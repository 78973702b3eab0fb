using MtaSts.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>A hostname provider that a module offers under a name.</summary>
internal sealed record OfferedHostnameProvider(string Name, Type Type);

/// <summary>A DNS provider that a module offers under a name.</summary>
internal sealed record OfferedDnsProvider(string Name, Type Type);

/// <summary>A report source that a module brings. Made by its own runner: what its constructor throws is its own affair.</summary>
internal sealed record OfferedReportSource(string ModuleId, Func<IServiceProvider, IReportSource> Create);

internal sealed class ModuleBuilder(string id, IServiceCollection services, IConfigurationSection settings) : IModuleBuilder
{
    public IServiceCollection Services => services;

    public IConfigurationSection Settings => settings;

    public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider
    {
        services.AddSingleton<TProvider>();
        services.AddSingleton<IHostnameProvider>(provider => provider.GetRequiredService<TProvider>());
        services.AddSingleton(new OfferedHostnameProvider(name, typeof(TProvider)));
    }

    public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider
    {
        services.AddSingleton<TProvider>();
        services.AddSingleton<IDnsProvider>(provider => provider.GetRequiredService<TProvider>());
        services.AddSingleton(new OfferedDnsProvider(name, typeof(TProvider)));
    }

    public void AddReportSource<TSource>() where TSource : class, IReportSource
    {
        services.AddSingleton<TSource>();
        services.AddSingleton(new OfferedReportSource(id, provider => provider.GetRequiredService<TSource>()));
    }
}
