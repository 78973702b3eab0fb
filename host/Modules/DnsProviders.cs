using MtaSts.Grains;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Modules;

internal sealed class DnsProviders : IDnsProviders
{
    private readonly Dictionary<string, IDnsProvider> byId;

    public DnsProviders(IEnumerable<IDnsProvider> providers, IEnumerable<OfferedDnsProvider> offered, IConfiguration configuration)
    {
        byId = providers.ToDictionary(provider => provider.Id, StringComparer.Ordinal);
        var name = configuration["Hosting:DnsProvider"];
        if (string.IsNullOrWhiteSpace(name) != string.IsNullOrWhiteSpace(configuration["Hosting:RecordZone"]))
            throw new InvalidOperationException("Hosting:DnsProvider and Hosting:RecordZone belong together: the module that writes records, and the zone of yours that it writes them in. Set both or neither.");
        if (string.IsNullOrWhiteSpace(name))
            return;
        var offers = offered.ToArray();
        var chosen = offers.FirstOrDefault(offer => string.Equals(offer.Name, name.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"Hosting:DnsProvider is “{name}”, which no module offers. Offered are: {string.Join(", ", offers.Select(offer => offer.Name))}.");
        Configured = byId.Values.First(provider => (provider is GuardedDnsProvider guarded ? guarded.Inner : provider).GetType() == chosen.Type);
    }

    public IDnsProvider? Configured { get; }

    public IDnsProvider? Find(string id) => byId.GetValueOrDefault(id);
}
