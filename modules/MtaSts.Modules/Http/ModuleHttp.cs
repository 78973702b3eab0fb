using System.Net.Http.Headers;
using System.Threading.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Telemetry;

namespace MtaSts.Modules.Http;

/// <summary>The HTTP clients of a module's container: bounded by <see cref="ModuleHttpOptions"/>, on the container's <see cref="TimeProvider"/>.</summary>
public static class ModuleHttp
{
    /// <summary>RFC 9110 §9.2.2, of the methods in use: repeating them has no further effect. An unknown method is not repeated.</summary>
    private static readonly HttpMethod[] Idempotent = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Put, HttpMethod.Delete];

    private static readonly ProductInfoHeaderValue UserAgent = new("MtaSts", typeof(ModuleHttp).Assembly.GetName().Version?.ToString());
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Bounds: how long an address is used after the DNS has changed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Configures <c>IHttpClientFactory</c>. The host calls this for the container of each module; a test of a module calls it for its own.
    /// Every failure without a response is an <see cref="HttpRequestException"/>, except a cancellation by the caller. Idempotent requests whose content is
    /// not a stream are repeated after connection failures, timeouts, 408, 429 and 5xx. Redirects are returned, not followed: headers
    /// with credentials would be sent to another host. Cookies are not kept. There is no circuit breaker: providers and sources already wait after failures.
    /// The framework logs each request at Information, with all header values and the query replaced by <c>*</c> and without bodies.
    /// </summary>
    public static IServiceCollection AddModuleHttp(this IServiceCollection services)
    {
        services.AddOptions<ModuleHttpOptions>();
        // The module reports what fails in the end; by default the library logs each attempt as a warning and each timeout as an error.
        services.Configure<TelemetryOptions>(telemetry => telemetry.SeverityProvider = static _ => ResilienceEventSeverity.Information);
        return services.ConfigureHttpClientDefaults(http =>
        {
            http.ConfigureHttpClient(client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan; // The pipeline has the limits.
                client.DefaultRequestHeaders.UserAgent.Add(UserAgent); // Bot checks challenge requests without one.
            });
            http.UseSocketsHttpHandler((handler, provider) =>
            {
                handler.AllowAutoRedirect = false;
                handler.UseCookies = false;
                handler.MaxConnectionsPerServer = Limits(provider).MaxConcurrentRequests;
                handler.ConnectTimeout = ConnectTimeout;
                handler.PooledConnectionLifetime = ConnectionLifetime;
            });
            http.AddHttpMessageHandler(() => new HttpFailures());
            http.AddResilienceHandler("module", (pipeline, context) => Build(pipeline, Limits(context.ServiceProvider), context.ServiceProvider.GetRequiredService<TimeProvider>()));
            http.AddHttpMessageHandler(provider => new BoundedResponse(Limits(provider).MaxResponseBytes)); // Within an attempt, so that its timeout includes the body.
        });
    }

    private static ModuleHttpOptions Limits(IServiceProvider provider) => provider.GetRequiredService<IOptions<ModuleHttpOptions>>().Value;

    private static void Build(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ModuleHttpOptions limits, TimeProvider clock)
    {
        pipeline.TimeProvider = clock;
        pipeline.AddTimeout(limits.TotalTimeout)
            .AddConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = limits.MaxConcurrentRequests, QueueLimit = limits.MaxQueuedRequests });
        if (limits.MaxAttempts > 1)
        {
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = limits.MaxAttempts - 1,
                MaxDelay = limits.MaxRetryWait,
                ShouldHandle = args => ValueTask.FromResult(IsRepeated(args, limits.MaxRetryWait, clock)),
                DelayGenerator = args => ValueTask.FromResult(RetryAfter(args.Outcome.Result, clock)),
            });
        }
        pipeline.AddTimeout(limits.AttemptTimeout);
    }

    private static bool IsRepeated(RetryPredicateArguments<HttpResponseMessage> args, TimeSpan longest, TimeProvider clock) =>
        args.Context.GetRequestMessage() is { Content: not (StreamContent or MultipartContent) } request
        && Idempotent.Contains(request.Method)
        && args.Outcome.Exception is not HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
        && HttpClientResiliencePredicates.IsTransient(args.Outcome)
        && !(RetryAfter(args.Outcome.Result, clock) > longest);

    private static TimeSpan? RetryAfter(HttpResponseMessage? response, TimeProvider clock) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
