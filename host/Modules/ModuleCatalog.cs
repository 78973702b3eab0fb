using MtaSts.Modules;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Chat;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Dns;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Local;
using MtaSts.Modules.Mail;
using MtaSts.Modules.Maildir;
using MtaSts.Modules.Rfc2136;
using MtaSts.Modules.Smtp;
using MtaSts.Modules.Webhook;

namespace MtaSts.Host.Modules;

/// <summary>The modules of this process, built-in ones first, each configured or refused with the reason.</summary>
internal sealed class ModuleCatalog
{
    /// <summary>For a plug-in's <see cref="IModule.Configure"/>, which must not do I/O. Bounds: how long a plug-in keeps the service from starting.</summary>
    public static readonly TimeSpan ConfigureLimit = TimeSpan.FromSeconds(2);

    private ModuleCatalog(IReadOnlyList<HostedModule> all) => All = all;

    public IReadOnlyList<HostedModule> All { get; }

    /// <summary>Whether a plug-in could not be loaded, so that its offers are unknown.</summary>
    public bool MissesOffers => All.Any(module => !module.IsUsable && !module.IsBuiltIn);

    /// <summary>Loads the built-in modules and those in <c>Modules:Path</c>: for each plug-in a folder <c>{name}/</c> that contains <c>{name}.dll</c>.</summary>
    public static ModuleCatalog Load(IConfigurationManager configuration, TimeProvider clock) => Of(configuration, clock,
        [new LocalModule(), new CloudflareModule(), new CloudflareDnsModule(), new CaddyModule(), new Rfc2136Module(), new SmtpModule(), new MaildirModule(), new ImapModule(),
            new MailModule(), new WebhookModule(), new ChatModule()],
        configuration["Modules:Path"] ?? "plugins");

    public static ModuleCatalog Of(IConfigurationManager configuration, TimeProvider clock, IReadOnlyList<IModule> builtIn, string? path = null)
    {
        List<HostedModule> all = [.. builtIn.Select(module => new HostedModule("built in", true, clock) { Id = module.Id, Module = module, Version = ModuleFault.Sdk.ToString(3), Sdk = ModuleFault.Sdk.ToString(3) })];
        if (path is not null)
            all.AddRange(PluginLoader.Load(path, clock));
        foreach (var module in all.Where(module => ModuleInbox.OwnSources.Contains(module.Id?.Replace('_', '.'), StringComparer.OrdinalIgnoreCase)))
            module.Refused($"Its id {module.Id} is that of a report source of the service itself. Give it another id.");
        RefuseDoubles(all, module => module.Id?.Replace('.', '_'), (module, first) => $"Its id {module.Id} is also that of {first.Origin}, which is in use. Remove one of the two.");
        Configure([.. all.Where(module => module.IsUsable)], configuration);
        foreach (var kind in new[] { OfferKind.HostnameProvider, OfferKind.DnsProvider })
        {
            RefuseDoubles(all, module => module.Offers.FirstOrDefault(offer => offer.Kind == kind)?.Name,
                (module, first) => $"It offers {(kind == OfferKind.HostnameProvider ? "a hostname" : "a DNS")} provider of the same name as {first.Name}, which is in use. Remove one of the two.");
        }
        return new ModuleCatalog(all);
    }

    private static void RefuseDoubles(List<HostedModule> all, Func<HostedModule, string?> key, Func<HostedModule, HostedModule, string> problem)
    {
        var seen = new Dictionary<string, HostedModule>(StringComparer.OrdinalIgnoreCase);
        foreach (var module in all.Where(module => module.IsUsable))
        {
            if (key(module) is { } name && !seen.TryAdd(name, module))
                module.Refused(problem(module, seen[name]));
        }
    }

    /// <summary>In parallel: several that hang cost the time of one.</summary>
    private static void Configure(HostedModule[] modules, IConfigurationManager configuration)
    {
        var runs = modules.Select(module =>
        {
            var builder = new ModuleBuilder(Settings(configuration, module));
            return (Module: module, Task: ModuleThread.Start(module.Name, () =>
            {
                module.Module!.Configure(builder);
                return builder.Registered(); // Later additions by the module's own threads are ignored.
            }));
        }).ToArray();
        // Built-in modules have no limit: they are slow only on a slow machine.
        PluginLoader.WaitAll([.. runs.Where(run => run.Module.IsBuiltIn).Select(run => run.Task)], Timeout.InfiniteTimeSpan);
        PluginLoader.WaitAll([.. runs.Select(run => run.Task)], ConfigureLimit);
        foreach (var (module, task) in runs)
        {
            if (task.IsCompletedSuccessfully)
                (module.Services, module.Offers) = task.Result;
            else
                module.Refused(task.IsFaulted ? $"Configure failed: {ModuleFault.Describe(task.Exception)}" : $"Configure did not return within {ConfigureLimit.TotalSeconds:0} s.");
        }
    }

    /// <summary>The module's section, merged with the one under its id with underscores, because shells refuse variables with a dot in the name. A
    /// plug-in gets a copy.</summary>
    private static IConfigurationSection Settings(IConfigurationManager configuration, HostedModule module)
    {
        var (section, spelled) = ("Modules:" + module.Id, "Modules:" + module.Id!.Replace('.', '_'));
        var values = configuration.GetSection(spelled).AsEnumerable(makePathsRelative: true).Where(setting => setting.Value is not null).ToArray();
        if (values.Length > 0 && section != spelled)
            configuration.AddInMemoryCollection(values.Select(setting => KeyValuePair.Create($"{section}:{setting.Key}", setting.Value)));
        return module.IsBuiltIn
            ? configuration.GetSection(section)
            : new ConfigurationBuilder().AddInMemoryCollection(configuration.GetSection(section).AsEnumerable()).Build().GetSection(section);
    }
}
