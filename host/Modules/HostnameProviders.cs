using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>The hostname providers that modules offer. Each is created at its first call: a provider that is not selected is called only for a
/// hostname that it created earlier.</summary>
internal sealed class HostnameProviders : IHostnameProviders, IDisposable
{
    private readonly GuardedHostnameProvider[] all;

    public HostnameProviders(ModuleCatalog modules, IOptions<NamingOptions> naming, TimeProvider clock)
    {
        var chosen = modules.Choose(OfferKind.HostnameProvider, naming.Value.HostnameProvider, "Hosting:Provider");
        all = [.. modules.Offering(OfferKind.HostnameProvider).Select(offer => new GuardedHostnameProvider(
            offer.Module.Id!, () => (IHostnameProvider)offer.Module.Container!.Services.GetRequiredService(offer.Offer.Type), offer.Module.Health, clock))];
        Configured = chosen is null
            ? new GuardedHostnameProvider(modules.MissingId("hostname", naming.Value.HostnameProvider), () => throw new ModuleException(modules.Missing("Hosting:Provider", naming.Value.HostnameProvider)), new ModuleHealth(clock), clock)
            : all.First(provider => provider.IsCalled(chosen.Id!));
    }

    public IHostnameProvider Configured { get; }

    public IHostnameProvider? Find(string id) => Array.Find(all, provider => provider.IsCalled(id));

    public void Dispose()
    {
        foreach (var provider in all)
            provider.Dispose();
    }
}
