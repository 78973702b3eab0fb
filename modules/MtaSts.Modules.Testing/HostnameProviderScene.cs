using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Testing;

/// <summary>What a provider under test is given: itself, a name to work on, and the owner's hand.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Request">A hostname that can become live once the owner has published it.</param>
/// <param name="Publish">Publishes the owner's CNAME, and lets as much time pass as the provider needs.</param>
public sealed record HostnameProviderScene(IHostnameProvider Provider, HostnameRequest Request, Func<Task> Publish);
