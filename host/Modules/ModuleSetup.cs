using MtaSts.Grains;
using MtaSts.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

internal static class ModuleSetup
{
    /// <summary>Finds the modules, lets each register itself, and puts the boundary around what they offer.</summary>
    public static WebApplicationBuilder AddModules(this WebApplicationBuilder builder)
    {
        var problems = new List<string>();
        foreach (var found in ModuleCatalog.Find(builder.Configuration["Modules:Path"] ?? "plugins"))
        {
            if (found.Module is null)
                problems.Add($"{found.Origin}: {found.Problem}");
            else if (Configure(builder, found.Module) is { } problem)
                problems.Add($"{found.Module.Id}: {problem}");
        }
        if (builder.Services.Any(service => service.ServiceType == typeof(IHostnameProvider)))
            builder.Services.Decorate<IHostnameProvider, GuardedHostnameProvider>();
        if (builder.Services.Any(service => service.ServiceType == typeof(IDnsProvider)))
            builder.Services.Decorate<IDnsProvider, GuardedDnsProvider>();
        builder.Services.AddSingleton<IHostnameProviders, HostnameProviders>();
        builder.Services.AddSingleton<IDnsProviders, DnsProviders>();
        builder.Services.AddSingleton<ReportSourceHost>();
        builder.Services.AddSingleton<IReportSources>(services => services.GetRequiredService<ReportSourceHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ReportSourceHost>());
        builder.Services.AddSingleton(new ModuleProblems(problems));
        builder.Services.AddHostedService<ModuleReport>();
        return builder;
    }

    private static string? Configure(WebApplicationBuilder builder, IModule module)
    {
        // On a copy first: a module that fails half-way leaves nothing behind.
        var services = new ServiceCollection();
        try
        {
            module.Configure(new ModuleBuilder(module.Id, services, Settings(builder.Configuration, module.Id)));
        }
        catch (Exception exception)
        {
            return $"It could not be configured: {exception.Message}";
        }
        foreach (var service in services)
            builder.Services.Add(service);
        return null;
    }

    /// <summary>The module's section, with what stands under its id with underscores: shells refuse a variable with a dot in its name.</summary>
    private static IConfigurationSection Settings(ConfigurationManager configuration, string id)
    {
        var (section, spelled) = ("Modules:" + id, "Modules:" + id.Replace('.', '_'));
        var values = configuration.GetSection(spelled).AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null).ToArray();
        if (values.Length > 0)
            configuration.AddInMemoryCollection(values.Select(setting => KeyValuePair.Create($"{section}:{setting.Key}", setting.Value)));
        return configuration.GetSection(section);
    }
}

/// <summary>Modules that are not in use, and why.</summary>
internal sealed record ModuleProblems(IReadOnlyList<string> All);

/// <summary>Tells the operator at start which modules are not in use, and fails early when the configured provider is missing.</summary>
internal sealed partial class ModuleReport(ModuleProblems problems, IHostnameProviders providers, IDnsProviders dnsProviders, ILogger<ModuleReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var problem in problems.All)
            LogProblem(problem);
        LogProvider(providers.Configured.Id);
        if (dnsProviders.Configured is { } dnsProvider)
            LogDnsProvider(dnsProvider.Id);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Error, "A module is not in use. {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(1103, LogLevel.Information, "Hostnames are made by {Provider}")]
    private partial void LogProvider(string provider);

    [LoggerMessage(1108, LogLevel.Information, "Delegated records are written by {Provider}")]
    private partial void LogDnsProvider(string provider);
}
