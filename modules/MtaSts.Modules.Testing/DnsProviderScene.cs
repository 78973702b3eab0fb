using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Testing;

/// <summary>What a DNS provider under test is given: itself, a zone to work in, and a look at what stands there.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Zone">The zone it may write in, without trailing dot.</param>
/// <param name="Look">The values of a name and type as the zone's authoritative server has them, decoded; none when there are none.</param>
public sealed record DnsProviderScene(IDnsProvider Provider, string Zone, Func<string, DnsType, Task<IReadOnlyList<string>>> Look);
