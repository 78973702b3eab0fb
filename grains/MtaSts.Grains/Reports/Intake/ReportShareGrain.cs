using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

[GrainType("report-share")]
internal sealed partial class ReportShareGrain(
    [PersistentState(StateNames.KnownReporters, StateNames.Storage)] IPersistentState<KnownReportersState> stored,
    ServiceClock clock,
    ILogger<ReportShareGrain> logger) : Grain, IReportShareGrain
{
    /// <summary>How often an exhausted share is logged.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromHours(1);

    private readonly IntakeShare share = new(clock);
    private GroupCommit<KnownReportersState> commit = null!;
    private long? said;

    private DateOnly Today => DateOnly.FromDateTime(clock.Calendar.UtcDateTime);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        commit = new GroupCommit<KnownReportersState>(stored);
        return Task.CompletedTask;
    }

    public Task<IntakeCharge> Take(IntakeRequest request)
    {
        var charge = request.IsPromised ? share.Take(request) : share.TryTake(request, reporter => KnownReporters.IsKnown(commit.Committed, reporter, Today));
        if (share.IsUsed)
            DelayDeactivation(IntakeShare.Day); // Otherwise deactivation between two floods would reset the used room.
        if (charge == IntakeCharge.None && (said is not { } last || clock.GetElapsedTime(last) >= SayEvery))
        {
            said = clock.GetTimestamp();
            LogSpent(this.GetPrimaryKeyString());
        }
        return Task.FromResult(charge);
    }

    public Task RecordResult(IntakeResult result)
    {
        share.RecordResult(result);
        if (!result.IsCounted)
            return Task.CompletedTask;
        var next = KnownReporters.Seen(commit.Pending, result.Reporters, Today);
        return ReferenceEquals(next, commit.Pending) ? Task.CompletedTask : commit.Apply(next);
    }

    public async Task Erase()
    {
        await commit.Flush().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    [LoggerMessage(1508, LogLevel.Warning, "{Address}: a share of the report address is exhausted; other senders are asked to retry later, known reporters and signed mail are accepted")]
    private partial void LogSpent(string address);
}
