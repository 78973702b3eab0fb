using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Testing;

/// <summary>The environment of a DNS provider under test: the provider, its zone, and a look-up of the zone's records.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Zone">The zone it may write in, without trailing dot.</param>
/// <param name="Look">The values of a name and type as the zone's authoritative server has them, decoded; empty when there are none.</param>
public sealed record DnsProviderScene(IDnsProvider Provider, string Zone, Func<string, DnsType, Task<IReadOnlyList<string>>> Look);
