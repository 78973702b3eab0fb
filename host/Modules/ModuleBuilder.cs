using MtaSts.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>What a module registers itself with: a collection of its own, which is only looked at when <see cref="IModule.Configure"/> has returned in time.</summary>
internal sealed class ModuleBuilder(IConfigurationSection settings) : IModuleBuilder
{
    private readonly List<ModuleOffer> offers = [];

    public IServiceCollection Services { get; } = new ServiceCollection();

    public IConfigurationSection Settings => settings;

    public IReadOnlyList<ModuleOffer> Offers => offers;

    public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider => Add<TProvider>(OfferKind.HostnameProvider, name);

    public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider => Add<TProvider>(OfferKind.DnsProvider, name);

    public void AddReportSource<TSource>() where TSource : class, IReportSource => Add<TSource>(OfferKind.ReportSource, typeof(TSource).Name);

    private void Add<T>(OfferKind kind, string name)
        where T : class
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Services.AddSingleton<T>();
        offers.Add(new ModuleOffer(kind, name.Trim(), typeof(T)));
    }
}
