using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Alerts.Service;

/// <summary>Grain for <see cref="ServiceAlertRules"/>: the alerts are those of the operator's workspace, handled like those of a domain.</summary>
[GrainType("service-alerts")]
internal sealed class ServiceAlertsGrain(
    [PersistentState(StateNames.ServiceAlerts, StateNames.Storage)] IPersistentState<ServiceAlertsState> stored, INoticeWriter writer, ServiceClock clock) : Grain, IServiceAlertsGrain
{
    /// <summary>When each silo last reported. Not stored: after an activation, silos have <see cref="IServiceAlertsGrain.GoneAfter"/> to report again.</summary>
    private readonly Dictionary<string, long> seenAt = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> revisions = new(StringComparer.Ordinal);
    private long activatedAt;
    private bool isTold;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        activatedAt = clock.GetTimestamp();
        return Task.CompletedTask;
    }

    public async Task Report(string silo, long revision, IReadOnlyList<AlertCondition> conditions)
    {
        if (revisions.GetValueOrDefault(silo) >= revision)
            return;
        (revisions[silo], seenAt[silo]) = (revision, clock.GetTimestamp());
        var now = clock.Calendar;
        var next = ServiceAlertRules.Report(stored.State, silo, revision, conditions, writer.SeverityOf, now);
        next = ServiceAlertRules.Forget(next, known => clock.GetElapsedTime(seenAt.GetValueOrDefault(known, activatedAt)) >= IServiceAlertsGrain.GoneAfter, now);
        if (!ReferenceEquals(next, stored.State))
        {
            isTold = false;
            await stored.Replace(next, DeactivateOnIdle);
        }
        if (isTold)
            return;
        await GrainFactory.ServiceAlerts().Set(AlertSource.Service, stored.State.Revision, ServiceAlertRules.Merge(stored.State));
        isTold = true;
    }
}
