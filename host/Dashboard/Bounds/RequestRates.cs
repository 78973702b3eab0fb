using System.Globalization;
using System.Threading.RateLimiting;
using MtaSts.Host.Api;
using MtaSts.Host.Dashboard.SignIn;

namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>
/// Limits the requests of one address, per time and at once. A browser that has signed in before is counted by its device cookie, so that others at
/// its address do not block it; an API call with an existing token is counted by the token, and also by its workspace (<see cref="ApiLimits"/>).
/// Connections are bounded by the listener.
/// </summary>
internal static class RequestRates
{
    /// <summary>Requests at once, except the connections of open pages. A browser opens six.</summary>
    public const int AtOnce = 128;

    /// <summary>Pages and files: a page has some fifteen, and a script that reads all of them makes a few hundred requests.</summary>
    private static readonly TokenBucketRateLimiterOptions Pages = Bucket(burst: 1000, perSecond: 200);

    /// <summary>Forms. The sign-in also counts wrong passwords; this limit bounds the cost of reading, rendering and looking up forms.</summary>
    private static readonly TokenBucketRateLimiterOptions Forms = Bucket(burst: 60, perSecond: 3);

    /// <summary>API calls, with any token: more than the store can process.</summary>
    private static readonly TokenBucketRateLimiterOptions Calls = Bucket(burst: 2000, perSecond: 1000);

    public static void AddRequestRates(this IServiceCollection services)
    {
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(context => IsCircuit(context)
                    ? RateLimitPartition.GetNoLimiter("")
                    : RateLimitPartition.GetConcurrencyLimiter(From(context), static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = 0 })),
                PartitionedRateLimiter.Create<HttpContext, string>(Rate));
            options.OnRejected = (rejected, _) =>
            {
                var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)) : 1;
                rejected.HttpContext.Response.Headers.RetryAfter = after.ToString(CultureInfo.InvariantCulture);
                return new ValueTask(rejected.HttpContext.RefuseAsync(StatusCodes.Status429TooManyRequests, $"Too many requests came from your network. Try again in {after} s."));
            };
        });
    }

    private static RateLimitPartition<string> Rate(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            return RateLimitPartition.GetTokenBucketLimiter("call " + From(context), static _ => Calls);
        return HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || IsCircuit(context)
            ? RateLimitPartition.GetTokenBucketLimiter("page " + From(context), static _ => Pages)
            : RateLimitPartition.GetTokenBucketLimiter("form " + From(context), static _ => Forms);
    }

    private static string From(HttpContext context) =>
        context.RequestServices.GetRequiredService<ApiTokenDirectory>().KnownHash(context) is { } token ? "token " + token
        : context.RequestServices.GetRequiredService<DeviceCookie>().Device(context) is { } device ? "device " + device
        : ClientNetwork.Of(context).Narrow;

    private static bool IsCircuit(HttpContext context) => context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase);

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = perSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
