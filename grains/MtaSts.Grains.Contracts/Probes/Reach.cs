namespace MtaSts.Grains;

/// <summary>Whether a request to a policy host came to this service, told by an answer that no other can give.</summary>
/// <param name="At">When it began.</param>
/// <param name="IsReached">True: every address that answered led here, and one did.</param>
/// <param name="Problem">Why it is not reached, for people; null when it is.</param>
/// <param name="Addresses">The addresses of the name.</param>
/// <param name="ThroughCloudflare">The answer came by way of Cloudflare.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Reach")]
public sealed record Reach(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] bool IsReached,
    [property: Id(2)] string? Problem,
    [property: Id(3)] IReadOnlyList<string> Addresses,
    [property: Id(4)] bool ThroughCloudflare = false);

/// <summary>Finds out whether a name leads to this service. Safe for concurrent use.</summary>
public interface IReachProbe
{
    /// <summary>Bounded in time, size and number of addresses; what goes wrong is told, not thrown.</summary>
    /// <param name="domain">In A-labels, without trailing dot.</param>
    /// <param name="cancellationToken">Ends the try, which then has a problem.</param>
    Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken);
}
