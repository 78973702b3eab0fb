using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

internal sealed class HostnameProviders : IHostnameProviders
{
    private readonly Dictionary<string, IHostnameProvider> byId;

    public HostnameProviders(IEnumerable<IHostnameProvider> providers, IEnumerable<OfferedHostnameProvider> offered, IOptions<NamingOptions> naming)
    {
        byId = providers.ToDictionary(provider => provider.Id, StringComparer.Ordinal);
        var name = naming.Value.HostnameProvider;
        var offers = offered.ToArray();
        var chosen = offers.FirstOrDefault(offer => string.Equals(offer.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"Hosting:Provider is “{name}”, which no module offers. Offered are: {string.Join(", ", offers.Select(offer => offer.Name))}.");
        Configured = byId.Values.First(provider => (provider is GuardedHostnameProvider guarded ? guarded.Inner : provider).GetType() == chosen.Type);
    }

    public IHostnameProvider Configured { get; }

    public IHostnameProvider? Find(string id) => byId.GetValueOrDefault(id);
}
