using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Testing;

/// <summary>The environment of a provider under test: the provider, a hostname, and the owner's actions.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Request">A hostname that can become live once the owner has published it.</param>
/// <param name="Publish">Publishes the owner's CNAME, and advances the time that the provider needs.</param>
public sealed record HostnameProviderScene(IHostnameProvider Provider, HostnameRequest Request, Func<Task> Publish);
