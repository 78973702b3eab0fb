using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Dkim;
using MtaSts.Modules.Reports;
using Orleans.Configuration;

namespace MtaSts.Grains.Reports;

/// <summary>Registration of the services for ingestion.</summary>
public static class ReportServices
{
    /// <summary>
    /// How often a call is forwarded. Envelope grains are deactivated after each step; with the framework's default of two, concurrent calls are sometimes rejected.
    /// </summary>
    private const int MaxForwardCount = 10;

    /// <summary>Adds the inbox, and wakes the lanes at silo start.</summary>
    public static IServiceCollection AddReportGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<IReportInbox, ReportInbox>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RetentionOptions>>().Value);
        services.Configure<SiloMessagingOptions>(options => options.MaxForwardCount = MaxForwardCount);
        services.TryAddSingleton<IntakePulse>();
        services.TryAddSingleton<IIntakeStatus>(provider => provider.GetRequiredService<IntakePulse>());
        services.TryAddSingleton<DkimCheck>();
        services.TryAddSingleton<IntakeGate>();
        services.TryAddSingleton<EnvelopeDecoder>();
        services.TryAddSingleton<EnvelopeIntake>();
        services.TryAddSingleton<EnvelopeCompletion>();
        services.TryAddSingleton<OpenEnvelopes>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<OpenEnvelopes>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LaneWaker>();
        return services;
    }
}

/// <summary>At silo start, makes every lane complete the envelopes left by a crash.</summary>
internal sealed partial class LaneWaker(IGrainFactory grains, TimeProvider clock, ILogger<LaneWaker> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(nameof(LaneWaker), ServiceLifecycleStage.Last, Start, Stop);

    public void Dispose() => stopping.Dispose();

    private Task Start(CancellationToken cancellationToken)
    {
        for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
            _ = Wake(lane); // Silo start does not wait for it.
        return Task.CompletedTask;
    }

    private async Task Stop(CancellationToken cancellationToken) => await stopping.CancelAsync();

    /// <summary>Retries, because a lane that was never activated may have no reminder.</summary>
    private async Task Wake(int lane)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await grains.IngestionLane(lane).Wake();
                return;
            }
            catch (Exception exception)
            {
                LogNotWoken(exception, lane, RetryAfter);
            }
            await Task.Delay(RetryAfter, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1507, LogLevel.Warning, "Ingestion lane {Lane} not activated; the activation is retried in {Pause}")]
    private partial void LogNotWoken(Exception exception, int lane, TimeSpan pause);
}
