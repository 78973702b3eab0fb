using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>Used when no module writes records: owners publish them themselves.</summary>
internal sealed class NoDnsProviders : IDnsProviders
{
    public IDnsProvider? Configured => null;

    public IDnsProvider? Find(string id) => null;
}
