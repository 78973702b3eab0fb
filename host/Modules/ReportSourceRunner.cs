using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's report source: makes it, runs it, and starts it again after a growing pause when it throws or ends.
/// Whatever it does ends here.
/// </summary>
internal sealed partial class ReportSourceRunner(OfferedReportSource offer, IServiceProvider services, TimeProvider clock, ILogger<ReportSourceRunner> logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Also how long a source must have run for its next pause to be the first again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>A source that ignores the stop is left behind after this; its contract gives it less.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private IReportSource? source;
    private string? fault;
    private ReportSourceView? shown;

    /// <summary>How it is doing now.</summary>
    public ReportSourceView View
    {
        get
        {
            lock (gate)
            {
                var (state, detail) = Now();
                if (shown is null || shown.State != state || shown.Detail != detail)
                    shown = new ReportSourceView(Id, state, detail, shown?.State == state ? shown.Since : clock.GetUtcNow());
                return shown;
            }
        }
    }

    private string Id => source?.Id ?? offer.ModuleId;

    /// <summary>Returns when the service stops, or at once for a source that is switched off. Never throws.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            var began = clock.GetTimestamp();
            var problem = await RunOnce(stop);
            if (problem is null || stop.IsCancellationRequested)
                return;
            if (clock.GetElapsedTime(began) >= LongestPause)
                pause = FirstPause;
            LogAgain(Id, pause);
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Null: it is off, or the service stops.</summary>
    private async Task<string?> RunOnce(CancellationToken stop)
    {
        using var left = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var stopping = stop.Register(() => left.CancelAfter(StopGrace));
        try
        {
            var made = source ??= offer.Create(services);
            if (made.Status is ReportSourceStatus.Off)
                return null;
            Say(null);
            // Off this thread: a source that blocks hurts no other.
            await Task.Run(() => made.RunAsync(stop), CancellationToken.None).WaitAsync(left.Token);
            return stop.IsCancellationRequested ? null : Say("It ended by itself.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (left.IsCancellationRequested)
                LogLeftBehind(Id, StopGrace.TotalSeconds);
            return null;
        }
        catch (Exception exception)
        {
            LogFault(exception, Id);
            return Say(exception.Message);
        }
    }

    private string? Say(string? problem)
    {
        lock (gate)
            return fault = problem;
    }

    private (ReportSourceState State, string Detail) Now()
    {
        if (fault is not null)
            return (ReportSourceState.Troubled, fault);
        try
        {
            return source?.Status switch
            {
                ReportSourceStatus.Off off => (ReportSourceState.Off, off.Reason),
                ReportSourceStatus.Working working => (ReportSourceState.Working, working.Detail),
                ReportSourceStatus.Troubled troubled => (ReportSourceState.Troubled, troubled.Problem),
                ReportSourceStatus.Waiting waiting => (ReportSourceState.Waiting, waiting.Reason),
                _ => (ReportSourceState.Waiting, "It is being started."),
            };
        }
        catch (Exception exception)
        {
            return (ReportSourceState.Troubled, exception.Message);
        }
    }

    [LoggerMessage(1104, LogLevel.Error, "Report source {Id} failed")]
    private partial void LogFault(Exception exception, string id);

    [LoggerMessage(1105, LogLevel.Warning, "Report source {Id} is started again in {Pause}")]
    private partial void LogAgain(string id, TimeSpan pause);

    [LoggerMessage(1106, LogLevel.Error, "Report source {Id} did not stop within {Seconds} s and was left behind")]
    private partial void LogLeftBehind(string id, double seconds);
}
