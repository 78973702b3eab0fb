using MtaSts.Modules.Hostnames;

namespace MtaSts.Grains;

/// <summary>The hostname providers of the loaded modules.</summary>
public interface IHostnameProviders
{
    /// <summary>The provider named by <c>Hosting:Provider</c>.</summary>
    IHostnameProvider Configured { get; }

    /// <summary>By permanent id; null when no module offers it any more.</summary>
    IHostnameProvider? Find(string id);
}
