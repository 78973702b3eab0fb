using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Modules;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>The boundary around report sources: whatever one does, it is tried again, shown, and hurts nobody.</summary>
public sealed class ReportSourceRunnerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly PauseClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private readonly HandDriven source = new();

    [Fact]
    public async Task Run_Throws_IsStartedAgainAfterGrowingPauses()
    {
        var runner = Runner(_ => source);
        var running = runner.RunAsync(stop.Token);
        var pauses = new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300 }.Select(seconds => TimeSpan.FromSeconds(seconds));
        foreach (var pause in pauses)
        {
            (await source.NextRunAsync()).SetException(new InvalidOperationException("the mailbox is gone"));
            await Shown(runner, ReportSourceState.Troubled, "the mailbox is gone");
            await Advance(pause);
        }
        await source.NextRunAsync();
        await Shown(runner, ReportSourceState.Working, "all is well");
        Assert.False(running.IsCompleted);
    }

    [Fact]
    public async Task Run_ThrowsAfterALongTime_IsStartedAgainSoon()
    {
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        for (var i = 0; i < 5; i++)
        {
            var run = await source.NextRunAsync();
            clock.Advance(ReportSourceRunner.LongestPause);
            run.SetException(new IOException("lost"));
            await Shown(runner, ReportSourceState.Troubled, "lost");
            await Advance(ReportSourceRunner.FirstPause);
        }
        await source.NextRunAsync();
    }

    [Fact]
    public async Task Run_EndsByItself_IsShownAndStartedAgain()
    {
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        (await source.NextRunAsync()).SetResult();
        await Shown(runner, ReportSourceState.Troubled, "It ended unexpectedly.");
        await Advance(ReportSourceRunner.FirstPause);
        await source.NextRunAsync();
    }

    [Fact]
    public async Task Create_Throws_IsShownUnderTheModulesIdAndTriedAgain()
    {
        var tries = 0;
        var runner = Runner(_ => ++tries == 1 ? throw new FormatException("Host is not set.") : source);
        _ = runner.RunAsync(stop.Token);
        await Shown(runner, ReportSourceState.Troubled, "Host is not set.");
        Assert.Equal("source.module", runner.View.Id);
        await Advance(ReportSourceRunner.FirstPause);
        await source.NextRunAsync();
        Assert.Equal("source.hand", runner.View.Id);
    }

    [Fact]
    public async Task Run_Off_IsShownAndNeverRun()
    {
        source.Status = new ReportSourceStatus.Off("Set Path.");
        var runner = Runner(_ => source);
        await runner.RunAsync(stop.Token).WaitAsync(Limit);
        Assert.Equal((ReportSourceState.Off, "Set Path."), (runner.View.State, runner.View.Detail));
        Assert.Equal(0, source.Runs);
    }

    [Fact]
    public async Task Stop_SourceEnds_RunnerEnds()
    {
        var running = Runner(_ => source).RunAsync(stop.Token);
        var run = await source.NextRunAsync();
        await stop.CancelAsync();
        run.SetCanceled();
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task Stop_SourceIgnoresIt_IsLeftBehind()
    {
        var running = Runner(_ => source).RunAsync(stop.Token);
        await source.NextRunAsync();
        await stop.CancelAsync();
        Assert.False(running.IsCompleted);
        clock.Advance(ReportSourceRunner.StopGrace);
        await running.WaitAsync(Limit);
    }

    [Fact]
    public async Task Status_Throws_IsShown()
    {
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        await source.NextRunAsync();
        source.Status = null;
        Assert.Equal(ReportSourceState.Troubled, runner.View.State);
    }

    [Fact]
    public async Task Create_Hangs_IsToldAndNotMadeTwice()
    {
        using var never = new ManualResetEventSlim();
        var tries = 0;
        var runner = Runner(_ =>
        {
            Interlocked.Increment(ref tries);
            never.Wait();
            return source;
        });
        _ = runner.RunAsync(stop.Token);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(ReportSourceRunner.AnswerLimit);
            await Shown(runner, ReportSourceState.Troubled, "Its constructor did not return within 10 s.");
            await Advance(TimeSpan.FromSeconds(1 << i));
        }
        Assert.Equal(1, Volatile.Read(ref tries));
        never.Set();
        await source.NextRunAsync();
    }

    /// <summary>A hundred pages that show it wait a glance once, and one thread waits for it.</summary>
    [Fact]
    public async Task Status_HangsWhileItRuns_IsShownAtOnceAndAskedOnce()
    {
        using var never = new ManualResetEventSlim();
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        await source.NextRunAsync();
        var asked = 0;
        source.OnStatus = () =>
        {
            Interlocked.Increment(ref asked);
            never.Wait();
        };
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.Equal("Its Status property did not return.", runner.View.Detail);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
        Assert.Equal(1, Volatile.Read(ref asked));
        source.OnStatus = null;
        never.Set();
        await Shown(runner, ReportSourceState.Working, "all is well");
    }

    [Fact]
    public async Task View_Since_IsWhenItsStateBegan()
    {
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        await source.NextRunAsync();
        var since = runner.View.Since;
        clock.Advance(TimeSpan.FromMinutes(1));
        source.Status = new ReportSourceStatus.Working("still");
        Assert.Equal(("still", since), (runner.View.Detail, runner.View.Since));
        source.Status = new ReportSourceStatus.Troubled("not any more");
        Assert.Equal(since + TimeSpan.FromMinutes(1), runner.View.Since);
    }

    [Fact]
    public async Task View_TroubleThatNobodySaw_SinceIsWhenItBegan()
    {
        var health = new ModuleHealth(clock);
        var runner = new ReportSourceRunner(new OfferedReportSource("source.module", () => source, health), clock, NullLogger<ReportSourceRunner>.Instance);
        _ = runner.RunAsync(stop.Token);
        var run = await source.NextRunAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        var began = clock.GetUtcNow();
        run.SetException(new IOException("lost"));
        await MtaSts.Peers.Poll.Until(() => health.IsFailing, Limit, "it has failed");
        clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(("lost", began), (runner.View.Detail, runner.View.Since));

        // Started again, it fails again: the same trouble.
        await Advance(ReportSourceRunner.FirstPause);
        (await source.NextRunAsync()).SetException(new IOException("lost for good"));
        await MtaSts.Peers.Poll.Until(() => health.LastFault!.Message == "lost for good", Limit, "it has failed again");
        Assert.Equal(("lost for good", began), (runner.View.Detail, runner.View.Since));
    }

    [Fact]
    public async Task View_SourceSaidThatItIsTroubled_SinceIsFromWhenItSaidSo()
    {
        var runner = Runner(_ => source);
        _ = runner.RunAsync(stop.Token);
        await source.NextRunAsync();
        clock.Advance(TimeSpan.FromMinutes(5));
        var reads = 0;
        source.OnStatus = () => Interlocked.Increment(ref reads);
        source.Status = new ReportSourceStatus.Troubled("the server does not answer");
        var began = clock.GetUtcNow();
        await MtaSts.Peers.Poll.Until(() =>
        {
            if (Volatile.Read(ref reads) < 2)
                clock.Advance(TimeSpan.FromSeconds(1));
            return Volatile.Read(ref reads) >= 2; // The first is noted by then.
        }, Limit, "its status is read though nobody looks");
        var read = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.InRange(runner.View.Since, began, read);
    }

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private ReportSourceRunner Runner(Func<IServiceProvider, IReportSource> create) =>
        new(new OfferedReportSource("source.module", () => create(null!), new ModuleHealth(clock)), clock, NullLogger<ReportSourceRunner>.Instance);

    private static Task Shown(ReportSourceRunner runner, ReportSourceState state, string detail) =>
        MtaSts.Peers.Poll.Until(() => (runner.View.State, runner.View.Detail) == (state, detail), Limit, $"{state}: {detail}");

    private async Task Advance(TimeSpan pause)
    {
        Assert.Equal(pause, await clock.Pauses.Reader.ReadAsync().AsTask().WaitAsync(Limit));
        clock.Advance(pause);
    }

    /// <summary>A test's clock that tells which pauses are begun.</summary>
    private sealed class PauseClock : FakeTimeProvider
    {
        public Channel<TimeSpan> Pauses { get; } = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime != Timeout.InfiniteTimeSpan && dueTime != ReportSourceRunner.AnswerLimit)
                Pauses.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed class HandDriven : IReportSource
    {
        private readonly Channel<TaskCompletionSource> runs = Channel.CreateUnbounded<TaskCompletionSource>();

        public string Id => "source.hand";

        public ReportSourceStatus? Status { get; set; } = new ReportSourceStatus.Working("all is well");

        public int Runs { get; private set; }

        public Action? OnStatus { get; set; }

        ReportSourceStatus IReportSource.Status
        {
            get
            {
                OnStatus?.Invoke();
                return Status ?? throw new InvalidOperationException("no status");
            }
        }

        public Task RunAsync(CancellationToken stop)
        {
            Runs++;
            var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            runs.Writer.TryWrite(run);
            return run.Task;
        }

        public async Task<TaskCompletionSource> NextRunAsync() => await runs.Reader.ReadAsync().AsTask().WaitAsync(Limit);
    }
}
