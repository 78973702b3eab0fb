using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

internal sealed partial class ReportShareGrain(
    [PersistentState(StateNames.KnownReporters, StateNames.Storage)] IPersistentState<KnownReportersState> stored,
    ServiceClock clock,
    ILogger<ReportShareGrain> logger) : Grain, IReportShareGrain
{
    /// <summary>How often the log says that a share is spent.</summary>
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
            DelayDeactivation(IntakeShare.Day); // Idle between two floods, it would forget the first.
        if (charge == IntakeCharge.None && (said is not { } last || clock.GetElapsedTime(last) >= SayEvery))
        {
            said = clock.GetTimestamp();
            LogSpent(this.GetPrimaryKeyString());
        }
        return Task.FromResult(charge);
    }

    public Task Settle(IntakeSettlement settlement)
    {
        share.Settle(settlement);
        if (!settlement.IsCounted)
            return Task.CompletedTask;
        var next = KnownReporters.Seen(commit.Pending, settlement.Reporters, Today);
        return ReferenceEquals(next, commit.Pending) ? Task.CompletedTask : commit.Apply(next);
    }

    public async Task Erase()
    {
        await commit.Settle().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    [LoggerMessage(1508, LogLevel.Warning, "{Address}: a share of the report address is spent; senders beyond it are asked to come later, and known reporters and signed mail are taken")]
    private partial void LogSpent(string address);
}
