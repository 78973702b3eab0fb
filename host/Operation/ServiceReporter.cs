using MtaSts.Application;
using MtaSts.Application.Operation;
using MtaSts.Grains;
using MtaSts.Grains.Clocks;
using MtaSts.Storage;

namespace MtaSts.Host.Operation;

/// <summary>Reports this silo's conditions, so that its operator is notified of them. While storage is unavailable, the status page, <c>/readyz</c> and the log show them.</summary>
internal sealed partial class ServiceReporter(
    IGrainFactory grains, ServiceQueries queries, IStorageHealth storage, ILocalSiloDetails silo, IHostApplicationLifetime lifetime, ServiceClock clock, ILogger<ServiceReporter> logger) : BackgroundService
{
    /// <summary>Time between two reports.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The first report: modules and the certificate are known by then.</summary>
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    private static readonly Actor Service = Actor.System(Actor.OperatorWorkspace, "service");

    private StorageFailure? failure;
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StartedAsync(stoppingToken);
            await Task.Delay(First, clock, stoppingToken);
            using var timer = new PeriodicTimer(Every, clock);
            do
            {
                await ReportAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = clock.Calendar;
            var problem = await storage.CheckAsync(stoppingToken);
            if (problem is not null)
                failure = new StorageFailure(isFailing && failure is not null ? failure.Since : now, now, problem.IsFull || (isFailing && failure is { IsFull: true }));
            isFailing = problem is not null;
            if (isFailing || queries.Status(Service).Value is not { } status)
                return; // A report would not be stored.
            await grains.ServiceConditions().Report(silo.SiloAddress.Endpoint.ToString(), clock.GetUtcNow().UtcTicks, ServiceConditions.Of(status, failure, now)).WaitAsync(Every, stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, Every.TotalSeconds);
        }
    }

    [LoggerMessage(1395, LogLevel.Warning, "The state of this silo could not be reported to its operator's alerts; this is retried in {Seconds} s")]
    private partial void LogFailed(Exception exception, double seconds);
}
