using MtaSts.Modules.Hostnames;

namespace MtaSts.Grains;

/// <summary>The hostname providers of the modules that are there.</summary>
public interface IHostnameProviders
{
    /// <summary>The one that <c>Hosting:Provider</c> names.</summary>
    IHostnameProvider Configured { get; }

    /// <summary>By permanent id; null when no module offers it any more.</summary>
    IHostnameProvider? Find(string id);
}
