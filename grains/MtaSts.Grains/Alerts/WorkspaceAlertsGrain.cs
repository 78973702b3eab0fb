using MtaSts.Grains.Clocks;
using MtaSts.Grains.Reports;

namespace MtaSts.Grains.Alerts;

/// <summary>Grain for <see cref="AlertIndex"/>. Calls interleave: when many domains change at once, one write serves all waiting calls.</summary>
[GrainType("workspace-alerts")]
internal sealed class WorkspaceAlertsGrain(
    [PersistentState(StateNames.WorkspaceAlerts, StateNames.Storage)] IPersistentState<WorkspaceAlertsState> stored, ServiceClock clock) : Grain, IWorkspaceAlertsGrain
{
    private GroupCommit<WorkspaceAlertsState>? index;

    private GroupCommit<WorkspaceAlertsState> Index => index ??= new(stored);

    public Task Set(string domain, long revision, IReadOnlyList<AlertView> alerts)
    {
        var next = AlertIndex.Set(Index.Pending, domain, revision, alerts, clock.Calendar);
        return ReferenceEquals(next, Index.Pending) ? Index.Flush() : Index.Apply(next);
    }

    public async Task Erase()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public Task<IReadOnlyList<AlertView>> List() => Task.FromResult(AlertIndex.List(Index.Committed));
}
