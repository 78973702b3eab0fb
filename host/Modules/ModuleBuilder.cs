using MtaSts.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>Collects a module's registrations. They are used only if <see cref="IModule.Configure"/> returns in time.</summary>
internal sealed class ModuleBuilder(IConfigurationSection settings) : IModuleBuilder
{
    /// <summary>Longest name of an offer. Bounds: the value of a setting, and each list that shows it.</summary>
    public const int MaxNameLength = 100;

    /// <summary>Offers of one module; existing modules have one. Bounds: the list of modules, which pages and the API show in full.</summary>
    public const int MaxOffers = 20;

    private readonly List<ModuleOffer> offers = [];

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IConfigurationSection Settings => settings;

    /// <summary>A copy of the current registrations.</summary>
    public (IServiceCollection Services, IReadOnlyList<ModuleOffer> Offers) Registered()
    {
        var copy = new ServiceCollection();
        foreach (var service in Services.ToArray())
            ((ICollection<ServiceDescriptor>)copy).Add(service);
        return (copy, [.. offers]);
    }

    public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider => Add<TProvider>(OfferKind.HostnameProvider, name);

    public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider => Add<TProvider>(OfferKind.DnsProvider, name);

    public void AddReportSource<TSource>() where TSource : class, IReportSource => Add<TSource>(OfferKind.ReportSource, ModuleFault.Line(typeof(TSource).Name, MaxNameLength));

    public void AddNotifier<TNotifier>(string? enabledBy = null) where TNotifier : class, INotifier
    {
        if (offers.Exists(offer => offer.Kind == OfferKind.Notifier))
            throw new ModuleException("It offers two notifiers. A notifier has the id of its module: put each into a module of its own.");
        Add<TNotifier>(OfferKind.Notifier, ModuleFault.Line(typeof(TNotifier).Name, MaxNameLength), enabledBy is null ? null : ModuleFault.Line(enabledBy, MaxNameLength));
    }

    private void Add<T>(OfferKind kind, string name, string? enabledBy = null)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Trim() is var trimmed && (trimmed.Length > MaxNameLength || trimmed.Any(char.IsControl)))
            throw new ModuleException($"An offer's name is “{ModuleFault.Line(trimmed)}”. A name has 1 to {MaxNameLength} characters and no control characters, such as Caddy.");
        if (offers.Count >= MaxOffers)
            throw new ModuleException($"It makes more than {MaxOffers} offers.");
        Services.AddSingleton<T>();
        offers.Add(new ModuleOffer(kind, trimmed, typeof(T), enabledBy));
    }
}
