using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's report source: creates it, runs it, and restarts it after a growing pause when it throws or ends. Its faults do not pass this class.
/// </summary>
internal sealed partial class ReportSourceRunner(OfferedReportSource offer, TimeProvider clock, ILogger<ReportSourceRunner> logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Also how long a source must have run for its next pause to be the first again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>A source that ignores the stop is abandoned after this; its contract allows less.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(12);

    /// <summary>For its constructor and for its status before it is run. One that hangs is reported, and is not called again meanwhile.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>How often the status of a running source is read in the background: the accuracy of the time at which a problem began.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How long a reader waits for a current status; for a slower source the last status is shown.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly ModuleObject<IReportSource> source = new(offer.ModuleId, offer.Create, made => made.Id);
    private readonly string part = "source " + offer.ModuleId;
    private Task<(ReportSourceState State, string Detail)>? reading;
    private bool isOverdue;
    private string? fault;
    private ReportSourceView? shown;

    public string ModuleId => offer.ModuleId;

    /// <summary>The current state.</summary>
    public ReportSourceView View => Note(Now());

    private string Id => source.Made?.Id ?? offer.ModuleId;

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
        var step = "Its constructor";
        try
        {
            var made = await source.GetAsync().WaitAsync(AnswerLimit, clock, stop);
            step = "Status";
            var status = await Read(made.Object).WaitAsync(AnswerLimit, clock, stop);
            if (status.State == ReportSourceState.Off)
                return null;
            Say(null);
            if (shown is not { State: ReportSourceState.Troubled }) // A restart does not end the problem: the source may fail again at once.
                Note(status);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _ = LookAsync(ended.Token);
            try
            {
                await ModuleThread.StartAsync(Id, () => made.Object.RunAsync(stop)).WaitAsync(left.Token);
            }
            finally
            {
                await ended.CancelAsync();
            }
            return stop.IsCancellationRequested ? null : Say("It ended unexpectedly.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (left.IsCancellationRequested)
                LogLeftBehind(Id, StopGrace.TotalSeconds);
            return null;
        }
        catch (TimeoutException) when (Stands(step))
        {
            return Say($"{step} did not return within {AnswerLimit.TotalSeconds:0} s.");
        }
        catch (Exception exception)
        {
            return Say(ModuleFault.Describe(exception), ModuleFault.Details(exception));
        }
    }

    private bool Stands(string step) => step == "Status" ? reading is { IsCompleted: false } : !source.GetAsync().IsCompleted;

    private string? Say(string? problem, string? details = null)
    {
        lock (gate)
            fault = problem;
        if (problem is null)
        {
            offer.Health.Worked(part);
            return null;
        }
        Note((ReportSourceState.Troubled, problem));
        offer.Health.Failed(part, problem, details);
        return problem;
    }

    /// <summary>A state lasts from when it was first noted.</summary>
    private ReportSourceView Note((ReportSourceState State, string Detail) now)
    {
        lock (gate)
        {
            if (shown is null || shown.Id != Id || shown.State != now.State || shown.Detail != now.Detail)
                shown = new ReportSourceView(Id, now.State, now.Detail, shown?.State == now.State ? shown.Since : clock.GetUtcNow());
            return shown;
        }
    }

    /// <summary>Records the source's status while it runs.</summary>
    private async Task LookAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(LookPeriod, clock, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!ended.IsCancellationRequested)
                _ = View;
        }
    }

    /// <summary>Reads the status on a thread of the module, one read at a time.</summary>
    private Task<(ReportSourceState State, string Detail)> Read(IReportSource made)
    {
        lock (gate)
        {
            if (reading is { IsCompleted: false })
                return reading;
            isOverdue = false;
            return reading = ModuleThread.Start(Id, () => made.Status switch
            {
                ReportSourceStatus.Off off => (ReportSourceState.Off, ModuleFault.Line(off.Reason)),
                ReportSourceStatus.Working working => (ReportSourceState.Working, ModuleFault.Line(working.Detail)),
                ReportSourceStatus.Troubled troubled => (ReportSourceState.Troubled, ModuleFault.Line(troubled.Problem)),
                ReportSourceStatus.Waiting waiting => (ReportSourceState.Waiting, ModuleFault.Line(waiting.Reason)),
                _ => throw new ModuleException("Its status is null."),
            });
        }
    }

    private (ReportSourceState State, string Detail) Now()
    {
        if (fault is { } problem)
            return (ReportSourceState.Troubled, problem);
        if (source.Made is not { } made)
            return (ReportSourceState.Waiting, "It is being started.");
        var read = Read(made.Object);
        if (!read.IsCompleted && !isOverdue)
            isOverdue = !((IAsyncResult)read).AsyncWaitHandle.WaitOne(Glance);
        return read switch
        {
            { IsCompletedSuccessfully: true } => read.Result,
            { IsFaulted: true } => (ReportSourceState.Troubled, ModuleFault.Describe(read.Exception)),
            _ => (ReportSourceState.Troubled, "Its Status property did not return."),
        };
    }

    [LoggerMessage(1105, LogLevel.Warning, "Report source {Id} ended; it is restarted in {Pause}")]
    private partial void LogAgain(string id, TimeSpan pause);

    [LoggerMessage(1106, LogLevel.Error, "Report source {Id} did not stop within {Seconds} s; the service does not wait for it any longer")]
    private partial void LogLeftBehind(string id, double seconds);
}
