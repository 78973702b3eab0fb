using MtaSts.Grains;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Modules;

/// <summary>The DNS providers that modules offer. Each is created at its first call.</summary>
internal sealed class DnsProviders : IDnsProviders, IDisposable
{
    private readonly GuardedDnsProvider[] all;

    public DnsProviders(ModuleCatalog modules, IConfiguration configuration, TimeProvider clock)
    {
        all = [.. modules.Offering(OfferKind.DnsProvider).Select(offer => new GuardedDnsProvider(
            offer.Module.Id!, () => (IDnsProvider)offer.Module.Container!.Services.GetRequiredService(offer.Offer.Type), offer.Module.Health, clock))];
        var name = configuration["Hosting:DnsProvider"];
        if (string.IsNullOrWhiteSpace(name) != string.IsNullOrWhiteSpace(configuration["Hosting:RecordZone"]))
            throw new InvalidOperationException("Set both Hosting:DnsProvider (the module that writes records) and Hosting:RecordZone (your zone that contains them), or neither.");
        if (string.IsNullOrWhiteSpace(name))
            return;
        var chosen = modules.Choose(OfferKind.DnsProvider, name, "Hosting:DnsProvider");
        Configured = chosen is null
            ? new GuardedDnsProvider(modules.MissingId("dns", name), () => throw new ModuleException(modules.Missing("Hosting:DnsProvider", name)), new ModuleHealth(clock), clock)
            : all.First(provider => provider.IsCalled(chosen.Id!));
    }

    public IDnsProvider? Configured { get; }

    public IDnsProvider? Find(string id) => Array.Find(all, provider => provider.IsCalled(id));

    public void Dispose()
    {
        foreach (var provider in all)
            provider.Dispose();
    }
}
