using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// When Cloudflare is the selected provider: invalid settings stop the start with an error message; problems of the zone are logged. An outage of
/// Cloudflare does not prevent the start.
/// </summary>
internal sealed partial class CloudflareStartCheck(IConfiguration configuration, IOptions<CloudflareOptions> options, CloudflareClients clients, ILogger<CloudflareStartCheck> logger) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!string.Equals(configuration["Hosting:Provider"], CloudflareModule.ProviderName, StringComparison.OrdinalIgnoreCase))
            return Task.CompletedTask;
        _ = options.Value;
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await CheckFallbackOriginAsync(stoppingToken);
            await CheckQuotaAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stopped before the answer.
        }
        catch (Exception exception)
        {
            LogUnchecked(exception.Message);
        }
    }

    private async Task CheckFallbackOriginAsync(CancellationToken cancellationToken)
    {
        switch (await clients.Create().GetFallbackOriginAsync(cancellationToken))
        {
            case ApiAnswer<FallbackOrigin>.Ok { Value: { Status: "active", Origin: { } origin } }:
                LogReady(FailureReader.Line(origin));
                break;
            case ApiAnswer<FallbackOrigin>.Ok { Value: var other }:
                LogFallbackOrigin($"is {FailureReader.Line(other.Origin)} in status {FailureReader.Line(other.Status)}: {string.Join("; ", (other.Errors ?? []).Take(ApiLimits.MaxErrors).Select(FailureReader.Line))}");
                break;
            case ApiAnswer<FallbackOrigin>.Failed { Failure: ApiFailure.Transient or ApiFailure.RateLimited } failed:
                LogUnchecked(failed.Failure.Message);
                break;
            case ApiAnswer<FallbackOrigin>.Failed { Failure: ApiFailure.Unauthorized refused }:
                LogToken(refused.Message);
                break;
            case ApiAnswer<FallbackOrigin>.Failed failed:
                LogFallbackOrigin($"is not set ({failed.Failure.Message})");
                break;
        }
    }

    private async Task CheckQuotaAsync(CancellationToken cancellationToken)
    {
        if (await clients.Create().GetQuotaAsync(cancellationToken) is ApiAnswer<HostnameQuota>.Ok { Value: { Exceeded: true } quota })
            LogQuota(quota.Used ?? 0, quota.Allocated ?? 0, quota.HardCap ?? 0);
    }

    [LoggerMessage(1121, LogLevel.Information, "Cloudflare: the zone is ready, its fallback origin is {Origin}")]
    private partial void LogReady(string origin);

    [LoggerMessage(1122, LogLevel.Error, "Cloudflare: no policy host can become live, because the zone's fallback origin {State}. Set it under SSL/TLS, Custom Hostnames")]
    private partial void LogFallbackOrigin(string state);

    [LoggerMessage(1123, LogLevel.Error, "Cloudflare refuses Cloudflare:ApiToken for this zone: {Message}. It needs “SSL and Certificates: Edit”")]
    private partial void LogToken(string message);

    [LoggerMessage(1124, LogLevel.Warning, "Cloudflare: the zone could not be checked at start; the service continues. {Message}")]
    private partial void LogUnchecked(string message);

    [LoggerMessage(1125, LogLevel.Warning, "Cloudflare: {Used} of {Allocated} included custom hostnames are in use; each further one is charged, and none is created beyond {HardCap}")]
    private partial void LogQuota(long used, long allocated, long hardCap);
}
