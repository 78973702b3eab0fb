using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>The DNS providers of the loaded modules.</summary>
public interface IDnsProviders
{
    /// <summary>The provider named by <c>Hosting:DnsProvider</c>; null when none is set, so that owners publish their records themselves.</summary>
    IDnsProvider? Configured { get; }

    /// <summary>By permanent id; null when no module offers it any more.</summary>
    IDnsProvider? Find(string id);
}
