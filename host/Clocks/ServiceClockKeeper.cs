using MtaSts.Grains.Clocks;
using MtaSts.Storage;

namespace MtaSts.Host.Clocks;

/// <summary>Restores service time before its first use, reads the machine's clocks every few seconds, stores clock marks and informs the operator.</summary>
internal sealed partial class ServiceClockKeeper(ServiceClock clock, ClockMarkStore marks, TimeProvider system, ILogger<ServiceClockKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>How soon a change of the system clock is reported, and by how much a sudden stop of the machine delays retirements.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private string? told;
    private bool unwritten;
    private bool isRestored;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        clock.Restore(await marks.ReadAsync(cancellationToken));
        isRestored = true;
        await LookAsync(cancellationToken); // A store that cannot be written to, for instance on a full disk, does not prevent the start.
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

    /// <summary>After a start that failed before the time was restored there is nothing to store, and the store may belong to another process.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => isRestored ? LookAsync(cancellationToken) : Task.CompletedTask;

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
            {
                var isFull = DiskFull.Is(exception);
                LogNotWritten(isFull ? null : exception, isFull ? "the disk of the store is full" : "storage unavailable");
            }
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

    [LoggerMessage(1022, LogLevel.Information, "The system clock agrees with the measured time; dates and the deletion of old data follow the system clock")]
    private partial void LogAgrees();

    [LoggerMessage(1023, LogLevel.Warning, "Measured time not stored ({Reason}). The service retries every 10 seconds. If the machine stops before that, retirements end later by the time not stored")]
    private partial void LogNotWritten(Exception? exception, string reason);
}
