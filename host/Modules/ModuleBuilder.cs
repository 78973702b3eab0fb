using MtaSts.Modules;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>A hostname provider that a module offers under a name.</summary>
internal sealed record OfferedHostnameProvider(string Name, Type Type);

internal sealed class ModuleBuilder(IServiceCollection services, IConfigurationSection settings) : IModuleBuilder
{
    public IServiceCollection Services => services;

    public IConfigurationSection Settings => settings;

    public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider
    {
        services.AddSingleton<TProvider>();
        services.AddSingleton<IHostnameProvider>(provider => provider.GetRequiredService<TProvider>());
        services.AddSingleton(new OfferedHostnameProvider(name, typeof(TProvider)));
    }
}
