using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using MtaSts.Application;

namespace MtaSts.Host.Api;

/// <summary>Limits the calls of one workspace per second and at once, over all addresses, so that one owner's automation does not block the others'.
/// Also limits the size of a call's body.</summary>
internal sealed class ApiLimits : IMiddleware, IDisposable
{
    /// <summary>Limit in bytes of a body that is buffered before it is parsed: many times the JSON of any call. Set when the token is known; uploads
    /// set their own.</summary>
    public const int MaxBody = 256 * 1024;

    /// <summary>More reports than the store can ingest.</summary>
    private const int PerSecond = 500;

    /// <summary>Each holds a call's body and answer in memory.</summary>
    private const int AtOnce = 100;

    private const int Burst = 2000;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(static workspace => RateLimitPartition.GetConcurrencyLimiter(workspace, static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = 0 })),
        PartitionedRateLimiter.Create<string, string>(static workspace => RateLimitPartition.GetTokenBucketLimiter(
            workspace,
            static _ => new TokenBucketRateLimiterOptions { TokenLimit = Burst, TokensPerPeriod = PerSecond, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 })));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var place = await limiter.AcquireAsync(ActorClaims.Read(context.User)!.WorkspaceId);
        if (!place.IsAcquired)
        {
            context.Response.Headers.RetryAfter = "1";
            await Problems.Of(StatusCodes.Status429TooManyRequests, "too-many", $"More than {PerSecond} calls a second, or {AtOnce} at once, came with this workspace's tokens. Try again in a second.").ExecuteAsync(context);
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBody;
        await next(context);
    }

    public void Dispose() => limiter.Dispose();
}
