using MtaSts.Grains;

namespace MtaSts.Host.Modules;

/// <summary>Runs the report sources from when the service has started until it stops, each on its own.</summary>
internal sealed class ReportSourceHost : BackgroundService, IReportSources
{
    private readonly ReportSourceRunner[] runners;
    private readonly IHostApplicationLifetime lifetime;

    public ReportSourceHost(IEnumerable<OfferedReportSource> offered, IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ReportSourceRunner> logger)
    {
        runners = [.. offered.Select(offer => new ReportSourceRunner(offer, services, clock, logger))];
        this.lifetime = lifetime;
    }

    public IReadOnlyList<ReportSourceView> All => [.. runners.Select(runner => runner.View)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before grains answer: a source that took a report sooner would have to put its sender off.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        await using var onStop = stoppingToken.Register(() => started.TrySetCanceled());
        await started.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(stoppingToken)));
    }
}
