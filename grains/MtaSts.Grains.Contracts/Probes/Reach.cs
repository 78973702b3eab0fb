using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>Whether a request to a policy host reached this service, which is shown by a response that only this service can give.</summary>
/// <param name="At">Start of the test.</param>
/// <param name="IsReached">Whether at least one address responded, and all that responded lead to this service.</param>
/// <param name="Fault">Why this service is not reached; null when it is.</param>
/// <param name="Addresses">The addresses of the name.</param>
/// <param name="ThroughCloudflare">Whether the response came through Cloudflare.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Reach")]
public sealed record Reach(
    [property: Id(0), JsonPropertyName("at")] DateTimeOffset At,
    [property: Id(1), JsonPropertyName("isReached")] bool IsReached,
    [property: Id(2), JsonPropertyName("fault")] FetchFault? Fault,
    [property: Id(3), JsonPropertyName("addresses")] IReadOnlyList<string> Addresses,
    [property: Id(4), JsonPropertyName("throughCloudflare")] bool ThroughCloudflare = false);

/// <summary>Tests whether a name leads to this service. Safe for concurrent use.</summary>
public interface IReachProbe
{
    /// <summary>Tests the policy host of a domain. Time, size and the number of addresses are limited; failures are returned, not thrown.</summary>
    /// <param name="domain">In A-labels, without trailing dot.</param>
    /// <param name="cancellationToken">Cancels the test, which then has a fault.</param>
    Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken);
}
