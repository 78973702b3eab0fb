using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MtaSts.Grains.Dkim;
using MtaSts.Modules.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What ingestion needs from the container.</summary>
public static class ReportServices
{
    /// <summary>The inbox, and the waking of lanes at the silo's start.</summary>
    public static IServiceCollection AddReportGrains(this IServiceCollection services)
    {
        services.TryAddSingleton<IReportInbox, ReportInbox>();
        services.TryAddSingleton(provider => provider.GetRequiredService<IOptions<RetentionOptions>>().Value);
        services.TryAddSingleton<DkimCheck>();
        services.TryAddSingleton<IntakeGate>();
        services.TryAddSingleton<EnvelopeDecoder>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, LaneWaker>();
        return services;
    }
}

/// <summary>Has every lane carry on, as soon as the silo runs, what a crash left behind.</summary>
internal sealed class LaneWaker(IGrainFactory grains) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(LaneWaker), ServiceLifecycleStage.Last, async _ =>
        {
            for (var lane = 0; lane < IIngestionLaneGrain.Lanes; lane++)
                await grains.IngestionLane(lane).Wake();
        });
}
