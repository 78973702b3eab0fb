using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Alerts;

/// <summary>Acknowledges, snoozes and mutes alerts. Who did it is recorded with the alert.</summary>
public sealed class AlertCommands(IGrainFactory grains)
{
    /// <summary>Somebody handles the alert: it sends no notices until its severity rises. Those who were notified of it learn when it is over.</summary>
    /// <param name="id">See <see cref="AlertIds"/>.</param>
    /// <param name="note">At most <see cref="AlertHandling.MaxReason"/> characters; null: none.</param>
    public Task<CommandResult<AlertDetail>> Acknowledge(Actor actor, string id, string? note) => Handle(actor, id, (alerts, number) => alerts.Acknowledge(number, note, actor.Name));

    /// <summary>Withdraws the acknowledgement.</summary>
    public Task<CommandResult<AlertDetail>> EndAcknowledgement(Actor actor, string id) => Handle(actor, id, (alerts, number) => alerts.EndAcknowledgement(number, actor.Name));

    /// <summary>The alert sends no notices until the date, unless it gets critical. If it is open then, one notice says so.</summary>
    /// <param name="until">In the future, at most <see cref="AlertHandling.MaxSnooze"/> ahead.</param>
    public Task<CommandResult<AlertDetail>> Snooze(Actor actor, string id, DateTimeOffset? until, string? reason) => Handle(
        actor, id, async (alerts, number) => until is { } end ? await alerts.Snooze(number, end, reason, actor.Name) : new Refusal(RefusalCodes.Invalid, "until is required: a date and time such as 2026-12-31T12:00:00Z.", "until"));

    /// <summary>Ends the snooze.</summary>
    public Task<CommandResult<AlertDetail>> EndSnooze(Actor actor, string id) => Handle(actor, id, (alerts, number) => alerts.EndSnooze(number, actor.Name));

    /// <summary>Alerts of the kind send no notices for the domain, and do not count in the badges. They still prevent enforce.</summary>
    /// <param name="reason">Required for a kind that can be critical.</param>
    /// <param name="until">At most <see cref="AlertHandling.MaxMute"/> ahead; null: until somebody ends it.</param>
    public async Task<CommandResult<AlertMute>> Mute(Actor actor, string name, string kind, string? reason, DateTimeOffset? until)
    {
        var known = await grains.ClaimedName(actor, Permissions.AlertsManage, name);
        if (!known.IsDone)
            return known.Refusal!;
        if (NoKind(kind) is { } problem)
            return problem;
        if (string.IsNullOrWhiteSpace(reason) && AlertCatalog.CanBeCritical(kind))
            return new Refusal(RefusalCodes.Invalid, $"reason is required, because alerts of the kind {kind} can be critical: mail is lost while nobody is notified.", "reason");
        return await grains.Alerts(actor.WorkspaceId, known.Value).Mute(kind, reason, until, actor.Name);
    }

    /// <summary>Ends a mute, if there is one.</summary>
    public async Task<CommandResult> EndMute(Actor actor, string name, string kind)
    {
        var known = await grains.ClaimedName(actor, Permissions.AlertsManage, name);
        return !known.IsDone ? new CommandResult(known.Refusal)
            : NoKind(kind) is { } problem ? new CommandResult(problem)
            : await grains.Alerts(actor.WorkspaceId, known.Value).EndMute(kind, actor.Name);
    }

    private async Task<CommandResult<AlertDetail>> Handle(Actor actor, string id, Func<IAlertGrain, string, Task<CommandResult<AlertDetail>>> command)
    {
        var found = await grains.AlertsOf(actor, Permissions.AlertsManage, id);
        return found is { Value: { } alert } ? await command(alert.Grain, alert.Number) : found.Refusal!;
    }

    private static Refusal? NoKind(string kind) =>
        AlertCatalog.Kinds.Contains(kind) ? null : new Refusal(RefusalCodes.Invalid, $"There is no kind of alert {kind}. Alerts show their kind, for example {AlertKinds.MxUnreachable}.", "kind");
}
