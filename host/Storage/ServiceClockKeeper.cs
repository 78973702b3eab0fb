using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Storage;

/// <summary>Restores service time before anything asks for it, reads the machine's clocks every few seconds, stores what is known and tells the operator.</summary>
internal sealed partial class ServiceClockKeeper(ServiceClock clock, ClockMarkStore marks, TimeProvider system, ILogger<ServiceClockKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>How soon a change of the system clock is reported, and by how much a sudden stop of the machine delays retirements.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private string? told;
    private bool unwritten;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        clock.Restore(await marks.ReadAsync(cancellationToken));
        await LookAsync(cancellationToken); // A store that cannot be written to, for instance on a full disk, does not stop the start.
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(LookEvery, system, stoppingToken);
            await LookAsync(stoppingToken);
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => LookAsync(cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        clock.Look([]); // First: time continues also while the store does not answer.
        Tell();
        try
        {
            await marks.WriteAsync(clock.Look(await marks.ReadAsync(cancellationToken)), cancellationToken);
            unwritten = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (!unwritten)
                LogNotWritten(exception);
            unwritten = true;
        }
        Tell();
    }

    private void Tell()
    {
        var problem = clock.Problem;
        if (problem is not null && problem != told)
            LogInDoubt(problem);
        else if (problem is null && told is not null)
            LogAgrees();
        told = problem;
    }

    [LoggerMessage(1021, LogLevel.Warning, "{Problem}")]
    private partial void LogInDoubt(string problem);

    [LoggerMessage(1022, LogLevel.Information, "The system clock agrees with the time this service has measured; dates and the deletion of old data follow it")]
    private partial void LogAgrees();

    [LoggerMessage(1023, LogLevel.Warning, "Measured time not stored (storage unavailable). The service retries every 10 seconds; should the machine stop before it succeeds, retirements end that much later")]
    private partial void LogNotWritten(Exception exception);
}
