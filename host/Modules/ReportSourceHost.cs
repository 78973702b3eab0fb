using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>A module's report source. Created by its runner, on a thread of the module.</summary>
internal sealed record OfferedReportSource(string ModuleId, Func<IReportSource> Create, ModuleHealth Health);

/// <summary>Runs the report sources from the start of the service until its stop, each independently.</summary>
internal sealed class ReportSourceHost : BackgroundService, IReportSources
{
    private readonly ReportSourceRunner[] runners;
    private readonly IHostApplicationLifetime lifetime;

    public ReportSourceHost(ModuleCatalog modules, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ReportSourceRunner> logger)
    {
        runners = [.. modules.Offering(OfferKind.ReportSource).Select(offer => new ReportSourceRunner(
            new OfferedReportSource(offer.Module.Id!, () => (IReportSource)offer.Module.Container!.Services.GetRequiredService(offer.Offer.Type), offer.Module.Health), clock, logger))];
        this.lifetime = lifetime;
    }

    public IReadOnlyList<ReportSourceView> All => [.. runners.Select(runner => runner.View)];

    /// <summary>The report sources of one module.</summary>
    public IReadOnlyList<ReportSourceView> Of(string moduleId) => [.. runners.Where(runner => runner.ModuleId == moduleId).Select(runner => runner.View)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Waits until grains answer: before that a source would have to defer its senders.
        await lifetime.Started(stoppingToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(stop.Token)));
    }
}
