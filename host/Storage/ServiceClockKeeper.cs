using MtaSts.Grains.Clocks;

namespace MtaSts.Host.Storage;

/// <summary>Restores service time before anything asks for it, looks at the machine's clocks from time to time, stores what is known and tells the operator.</summary>
internal sealed partial class ServiceClockKeeper(ServiceClock clock, ClockMarkStore marks, TimeProvider system, ILogger<ServiceClockKeeper> logger) : BackgroundService, IHostedLifecycleService
{
    /// <summary>How soon a change of the system's clock is told, and how much of service time a sudden end of the machine may cost.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private string? told;
    private bool unwritten;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var mark = clock.Restore(await marks.ReadAsync(cancellationToken));
        await marks.WriteAsync(mark, cancellationToken);
        Tell();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, system);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => LookAsync(cancellationToken);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ClockMark> others = [];
        try
        {
            others = await marks.ReadAsync(cancellationToken);
            await marks.WriteAsync(clock.Look(others), cancellationToken);
            unwritten = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (others.Count == 0)
                clock.Look(others); // Time goes on without the store.
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

    [LoggerMessage(1022, LogLevel.Information, "The system clock agrees with the time measured; retirements and deletions go on by it")]
    private partial void LogAgrees();

    [LoggerMessage(1023, LogLevel.Warning, "The time measured is not stored (storage unavailable); it is tried again every few seconds")]
    private partial void LogNotWritten(Exception exception);
}
