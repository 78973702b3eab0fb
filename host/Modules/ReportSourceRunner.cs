using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's report source: makes it, runs it, and starts it again after a growing pause when it throws or ends.
/// Whatever it does ends here.
/// </summary>
internal sealed partial class ReportSourceRunner(OfferedReportSource offer, TimeProvider clock, ILogger<ReportSourceRunner> logger)
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Also how long a source must have run for its next pause to be the first again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>A source that ignores the stop is left behind after this; its contract gives it less.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(12);

    /// <summary>For its constructor and for its status before it is run. One that hangs is told, and asked no second time meanwhile.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long whoever looks waits for a fresh status; a source that is slower is shown as it last was.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly ModuleObject<IReportSource> source = new(offer.ModuleId, offer.Create, made => made.Id);
    private readonly string part = "source " + offer.ModuleId;
    private Task<(ReportSourceState State, string Detail)>? reading;
    private bool isOverdue;
    private string? fault;
    private ReportSourceView? shown;

    public string ModuleId => offer.ModuleId;

    /// <summary>How it is doing now.</summary>
    public ReportSourceView View
    {
        get
        {
            var (state, detail) = Now();
            lock (gate)
            {
                if (shown is null || shown.Id != Id || shown.State != state || shown.Detail != detail)
                    shown = new ReportSourceView(Id, state, detail, shown?.State == state ? shown.Since : clock.GetUtcNow());
                return shown;
            }
        }
    }

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
            if ((await Read(made.Object).WaitAsync(AnswerLimit, clock, stop)).State == ReportSourceState.Off)
                return null;
            Say(null);
            await ModuleThread.StartAsync(Id, () => made.Object.RunAsync(stop)).WaitAsync(left.Token);
            return stop.IsCancellationRequested ? null : Say("It ended by itself.");
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
            offer.Health.Worked(part);
        else
            offer.Health.Failed(part, problem, details);
        return problem;
    }

    /// <summary>Reads the status on a thread of the module's, one at a time.</summary>
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
            _ => (ReportSourceState.Troubled, "Its status does not answer."),
        };
    }

    [LoggerMessage(1105, LogLevel.Warning, "Report source {Id} is started again in {Pause}")]
    private partial void LogAgain(string id, TimeSpan pause);

    [LoggerMessage(1106, LogLevel.Error, "Report source {Id} did not stop within {Seconds} s and was left behind")]
    private partial void LogLeftBehind(string id, double seconds);
}
