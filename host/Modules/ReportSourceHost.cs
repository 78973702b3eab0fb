using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>A report source that a module brings. Made by its own runner, on a thread of the module's.</summary>
internal sealed record OfferedReportSource(string ModuleId, Func<IReportSource> Create, ModuleHealth Health);

/// <summary>Runs the report sources from when the service has started until it stops, each on its own.</summary>
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

    /// <summary>Those of one module.</summary>
    public IReadOnlyList<ReportSourceView> Of(string moduleId) => [.. runners.Where(runner => runner.ModuleId == moduleId).Select(runner => runner.View)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before grains answer: a source that took a report sooner would have to put its sender off.
        await lifetime.Started(stoppingToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(stop.Token)));
    }
}
