using System.Threading.RateLimiting;

namespace MtaSts.Host.Api;

/// <summary>Limits the calls of one workspace per second and at once, from all addresses together: one owner's automation leaves room for the others'.</summary>
internal sealed class ApiRates : IDisposable
{
    /// <summary>More than the store can take in as reports.</summary>
    public const int PerSecond = 500;

    /// <summary>Each holds a call's body and answer in memory.</summary>
    public const int AtOnce = 100;

    private const int Burst = 2000;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(static workspace => RateLimitPartition.GetConcurrencyLimiter(workspace, static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = 0 })),
        PartitionedRateLimiter.Create<string, string>(static workspace => RateLimitPartition.GetTokenBucketLimiter(
            workspace,
            static _ => new TokenBucketRateLimiterOptions { TokenLimit = Burst, TokensPerPeriod = PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 })));

    /// <summary>A place for one call, to be given back by disposing of it; not acquired when there are too many.</summary>
    public ValueTask<RateLimitLease> EnterAsync(string workspaceId) => limiter.AcquireAsync(workspaceId);

    public void Dispose() => limiter.Dispose();
}
