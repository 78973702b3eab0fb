using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Alerts;

/// <summary>Reads alerts.</summary>
public sealed class AlertQueries(IGrainFactory grains)
{
    /// <summary>Maximum number of resolved alerts in <see cref="List"/>.</summary>
    public const int MaxPast = IWorkspaceAlertsGrain.MaxPast;

    /// <summary>The workspace's open alerts, most severe first, then its latest resolved ones. Calls one grain.</summary>
    public async Task<CommandResult<IReadOnlyList<AlertView>>> List(Actor actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.AlertsRead) is { } refusal)
            return refusal;
        var all = (await grains.WorkspaceAlerts(actor.WorkspaceId).List()).Where(alert => alert.Domain != AlertView.Service || SeesService(actor)).ToArray();
        return CommandResult.Of<IReadOnlyList<AlertView>>([.. OpenBySeverity(all), .. all.Where(alert => alert.ResolvedAt is not null)]);
    }

    /// <summary>Open alerts of one domain, most severe first, then newest first.</summary>
    public async Task<CommandResult<IReadOnlyList<AlertView>>> Open(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.AlertsRead, name);
        return known.IsDone ? CommandResult.Of(OpenBySeverity(await grains.Alerts(actor.WorkspaceId, known.Value).List())) : known.Refusal!;
    }

    /// <summary>The alerts of one domain: open ones, most severe first, then up to <see cref="IAlertGrain.MaxPast"/> resolved ones, newest first.</summary>
    public async Task<CommandResult<IReadOnlyList<AlertView>>> Of(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.AlertsRead, name);
        if (!known.IsDone)
            return known.Refusal!;
        var all = await grains.Alerts(actor.WorkspaceId, known.Value).List();
        return CommandResult.Of<IReadOnlyList<AlertView>>([.. OpenBySeverity(all), .. all.Where(alert => alert.ResolvedAt is not null)]);
    }

    /// <summary>An alert with its history.</summary>
    /// <param name="id">See <see cref="AlertIds"/>.</param>
    public async Task<CommandResult<AlertDetail>> Find(Actor actor, string id)
    {
        var found = await grains.AlertsOf(actor, Permissions.AlertsRead, id);
        return found is not { Value: { } alert } ? found.Refusal! : await alert.Grain.Find(alert.Number) is { } detail ? detail : NoAlert(id);
    }

    /// <summary>The muted kinds of a domain.</summary>
    public async Task<CommandResult<IReadOnlyList<AlertMute>>> Mutes(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.AlertsRead, name);
        return known.IsDone ? CommandResult.Of(await grains.Alerts(actor.WorkspaceId, known.Value).ListMutes()) : known.Refusal!;
    }

    /// <summary>The alerts of the service itself, for its operator, and of up to <see cref="IWorkspaceGrain.MaxPage"/> domains, one domain after another; within a domain open ones first.</summary>
    /// <param name="after">Token from the previous page; null for the first.</param>
    public async Task<CommandResult<Page<AlertView>>> ByDomain(Actor actor, string? after)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.AlertsRead) is { } refusal)
            return refusal;
        var names = await grains.Workspace(actor.WorkspaceId).ListDomains(after, IWorkspaceGrain.MaxPage);
        var alerts = await Task.WhenAll(names.Items.Select(name => grains.Alerts(actor.WorkspaceId, name).List()));
        var service = after is null && SeesService(actor) ? await grains.ServiceAlerts().List() : [];
        return new Page<AlertView>([.. service, .. alerts.SelectMany(list => list)], names.Next);
    }

    /// <summary>Alerts of the service itself are those of its operator: in the operator's workspace, of those who see the service's status.</summary>
    internal static bool SeesService(Actor actor) => actor.WorkspaceId == Actor.OperatorWorkspace && actor.Lacks(Permissions.ServiceRead) is null;

    internal static Refusal NoAlert(string? id) => new(RefusalCodes.NotFound, $"There is no alert {id}. GET /alerts lists the ids; resolved alerts are deleted after a while.");

    private static IReadOnlyList<AlertView> OpenBySeverity(IEnumerable<AlertView> alerts) =>
        [.. alerts.Where(alert => alert.ResolvedAt is null).OrderByDescending(alert => AlertCatalog.Describe(alert).Severity).ThenByDescending(alert => alert.RaisedAt)];
}
