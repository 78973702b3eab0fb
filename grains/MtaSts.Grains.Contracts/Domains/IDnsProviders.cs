using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>The DNS providers of the modules that are there.</summary>
public interface IDnsProviders
{
    /// <summary>The one that <c>Hosting:DnsProvider</c> names; null when none is set, and owners publish their records themselves.</summary>
    IDnsProvider? Configured { get; }

    /// <summary>By permanent id; null when no module offers it any more.</summary>
    IDnsProvider? Find(string id);
}
