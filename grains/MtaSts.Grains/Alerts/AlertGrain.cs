using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Alerts;

/// <summary>Grain for <see cref="AlertLog"/> and <see cref="AlertHandlingRules"/>: decides, stores once, updates the workspace's index and its channels.</summary>
[GrainType("alerts")]
internal sealed partial class AlertGrain([PersistentState(StateNames.Alerts, StateNames.Storage)] IPersistentState<AlertsState> stored, INoticeWriter writer, ServiceClock clock, ILogger<AlertGrain> logger)
    : Grain, IAlertGrain, IRemindable
{
    /// <summary>Activates the grain after a crash to remove the tombstone. Without a crash the timer removes it earlier.</summary>
    private const string ForgetReminder = "forget";

    /// <summary>How long a removed claim's tombstone rejects delayed calls: far longer than any call takes.</summary>
    private static readonly TimeSpan StragglersFor = TimeSpan.FromHours(1);

    private bool isIndexed;

    private string Workspace => Key[..Key.IndexOf('/', StringComparison.Ordinal)]["al-".Length..];

    private string Domain => Key[(Key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State.IsTombstone())
            await ForgetLater();
        EndLater();
    }

    public Task Set(AlertSource source, long revision, IReadOnlyList<AlertCondition> conditions) => Apply(AlertLog.Set(stored.State, source, revision, conditions, clock.Calendar, writer.SeverityOf));

    public async Task Erase(long revision)
    {
        await Apply(AlertLog.Erase(stored.State, revision, clock.Calendar, writer.SeverityOf));
        if (!stored.State.IsTombstone())
            return;
        await this.RegisterOrUpdateReminder(ForgetReminder, StragglersFor, StragglersFor);
        await ForgetLater();
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == EndsReminder)
            await EndDue();
        else if (stored.State.IsTombstone())
            await ForgetLater();
        else
            await Unregister();
    }

    public Task<IReadOnlyList<AlertView>> List() => Task.FromResult(AlertLog.List(stored.State, Domain));

    private async Task Apply(AlertsState next)
    {
        if (!ReferenceEquals(next, stored.State))
        {
            isIndexed = false;
            await RemindOfEnds(next); // Before the write: a crash after it loses no end.
            await stored.Replace(next, DeactivateOnIdle);
            EndLater();
        }
        // Also after a call that changed nothing: the previous one may have been interrupted here.
        if (isIndexed || !stored.RecordExists)
            return;
        var alerts = AlertLog.List(stored.State, Domain);
        AlertView[] latest = [.. alerts.Where(alert => alert.ResolvedAt is null), .. alerts.Where(alert => alert.ResolvedAt is not null).Take(IWorkspaceAlertsGrain.MaxPast)];
        await GrainFactory.WorkspaceAlerts(Workspace).Set(Domain, stored.State.Revision, latest);
        await GrainFactory.Notifications(Workspace).SetAlerts(Domain, stored.State.Revision, latest);
        isIndexed = true;
    }

    private async Task ForgetLater()
    {
        var left = stored.State.ErasedAt + StragglersFor - clock.Calendar;
        if (left > TimeSpan.Zero)
        {
            this.RegisterGrainTimer(_ => ForgetLater(), new GrainTimerCreationOptions(left.Value, Timeout.InfiniteTimeSpan) { KeepAlive = true });
            return;
        }
        if (stored.State.IsTombstone())
            await stored.ClearStateAsync();
        await Unregister();
        DeactivateOnIdle();
    }

    private Task Unregister() => this.RemoveReminder(ForgetReminder);
}
