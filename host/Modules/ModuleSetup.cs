using MtaSts.Grains;

namespace MtaSts.Host.Modules;

internal static class ModuleSetup
{
    /// <summary>Finds the modules, configures each, and wraps their offers in the boundary.</summary>
    public static WebApplicationBuilder AddModules(this WebApplicationBuilder builder)
    {
        builder.AddModules(ModuleCatalog.Load(builder.Configuration, TimeProvider.System));
        return builder;
    }

    /// <summary>The same for modules that are already loaded.</summary>
    public static void AddModules(this IHostApplicationBuilder builder, ModuleCatalog modules)
    {
        var services = builder.Services;
        services.AddSingleton(provider => modules.In(provider));
        services.AddSingleton<HostnameProviders>();
        services.AddSingleton<IHostnameProviders>(provider => provider.GetRequiredService<HostnameProviders>());
        services.AddSingleton<DnsProviders>();
        services.AddSingleton<IDnsProviders>(provider => provider.GetRequiredService<DnsProviders>());
        services.AddSingleton<INotifiers, Notifiers>();
        services.AddSingleton<ReportSourceHost>();
        services.AddSingleton<IReportSources>(provider => provider.GetRequiredService<ReportSourceHost>());
        services.AddSingleton<IPlugins, Plugins>();
        services.AddHostedService<ModuleStart>();
        services.AddHostedService<BuiltInServices>();
        services.AddHostedService<PluginServices>();
        services.AddHostedService(provider => provider.GetRequiredService<ReportSourceHost>());
    }

    /// <summary>Gives each module its container, which gets the host's services when the module is first used.</summary>
    private static ModuleCatalog In(this ModuleCatalog modules, IServiceProvider host)
    {
        foreach (var module in modules.All)
            module.Container = new ModuleContainer(module, host);
        return modules;
    }
}
