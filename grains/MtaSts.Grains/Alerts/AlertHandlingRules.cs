using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Alerts;

/// <summary>The state after a command, or why it was refused.</summary>
internal sealed record HandlingDecision(AlertsState State, Refusal? Problem = null);

/// <summary>
/// The rules of acknowledgements, snoozes and mutes. An acknowledgement and a snooze belong to one alert and end with it; a mute belongs to a kind and stays until it is ended. None changes what is
/// so: the alert stays open.
/// </summary>
internal static class AlertHandlingRules
{
    public static HandlingDecision Acknowledge(AlertsState state, string id, string? note, string by, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        var text = Text(note);
        if (TooLong(text, "note") is { } problem)
            return new(state, problem);
        return Change(state, id, "acknowledge", now, alert => alert.Acknowledged is { } known && known.By == by && known.Reason == text
            ? alert
            : EndSnooze(alert, by, now).With(AlertEventKind.Acknowledged, now, by, text) with { Acknowledged = new StoredHandling { At = now, By = by, Reason = text, Severity = severityOf(alert.ToView("")) } });
    }

    public static HandlingDecision EndAcknowledgement(AlertsState state, string id, string by, DateTimeOffset now) => Change(state, id, "change", now, alert => EndAcknowledgement(alert, by, now));

    public static HandlingDecision Snooze(AlertsState state, string id, DateTimeOffset until, string? reason, string by, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        var text = Text(reason);
        if ((TooLong(text, "reason") ?? EndProblem(until, AlertHandling.MaxSnooze, "An alert is snoozed", now)) is { } problem)
            return new(state, problem);
        return Change(state, id, "snooze", now, alert => alert.Snoozed is { } known && known.By == by && known.Reason == text && known.Until == until
            ? alert
            : EndAcknowledgement(alert, by, now).With(AlertEventKind.Snoozed, now, by, text, until) with
            {
                Snoozed = new StoredHandling { At = now, By = by, Reason = text, Until = until, Severity = severityOf(alert.ToView("")) },
            });
    }

    public static HandlingDecision EndSnooze(AlertsState state, string id, string by, DateTimeOffset now) => Change(state, id, "change", now, alert => EndSnooze(alert, by, now));

    /// <summary>Mutes a kind. The open alert of it and later ones send no notices.</summary>
    public static HandlingDecision Mute(AlertsState state, string kind, string? reason, DateTimeOffset? until, string by, DateTimeOffset now)
    {
        var text = Text(reason);
        if ((TooLong(text, "reason") ?? (until is { } end ? EndProblem(end, AlertHandling.MaxMute, "A kind is muted", now) : null)) is { } problem)
            return new(state, problem);
        state = Expire(state, now);
        if (state.Mutes.TryGetValue(kind, out var known) && known.By == by && known.Reason == text && known.Until == until)
            return new(state);
        var mute = new StoredHandling { At = now, By = by, Reason = text, Until = until };
        return new((state with
        {
            Mutes = state.Mutes.SetItem(kind, mute),
            Alerts = [.. state.Alerts.Select(alert => alert.IsOpen && alert.Kind == kind ? alert.With(AlertEventKind.Muted, now, by, text, until) with { Muted = mute } : alert)],
        }).Changed(now));
    }

    public static AlertsState EndMute(AlertsState state, string kind, string? by, DateTimeOffset now) => !state.Mutes.ContainsKey(kind) ? state : (state with
    {
        Mutes = state.Mutes.Remove(kind),
        Alerts = [.. state.Alerts.Select(alert => alert.IsOpen && alert.Kind == kind ? alert.With(AlertEventKind.MuteEnded, now, by) with { Muted = null } : alert)],
    }).Changed(now);

    /// <summary>Ends the snoozes and mutes whose date has come.</summary>
    public static AlertsState Expire(AlertsState state, DateTimeOffset now)
    {
        if (!(NextEnd(state) <= now))
            return state;
        foreach (var kind in state.Mutes.Where(mute => mute.Value.Until <= now).Select(mute => mute.Key).ToArray())
            state = EndMute(state, kind, null, now);
        return (state with { Alerts = [.. state.Alerts.Select(alert => alert.IsOpen && alert.Snoozed?.Until <= now ? EndSnooze(alert, null, now) with { StillOpenAt = now } : alert)] }).Changed(now);
    }

    /// <summary>When <see cref="Expire"/> has something to end; null: never.</summary>
    public static DateTimeOffset? NextEnd(AlertsState state) =>
        state.Alerts.Where(alert => alert.IsOpen).Select(alert => alert.Snoozed?.Until).Concat(state.Mutes.Values.Select(mute => mute.Until)).Min();

    /// <summary>What follows for an open alert from a change of its facts: a higher severity ends the acknowledgement that was made for a lower one, and a critical one the snooze.</summary>
    public static StoredAlert Updated(StoredAlert before, StoredAlert after, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        var (was, severity) = (severityOf(before.ToView("")), severityOf(after.ToView("")));
        if (severity != was)
            after = after.With(severity > was ? AlertEventKind.Worse : AlertEventKind.Better, now);
        if (severity > after.Acknowledged?.Severity)
            after = EndAcknowledgement(after, null, now);
        if (severity == NoticeSeverity.Critical && severity > after.Snoozed?.Severity)
            after = EndSnooze(after, null, now);
        return after;
    }

    /// <summary>The alert is over: nothing of it is left to handle. That it was muted is kept, so that its end is not sent either.</summary>
    public static StoredAlert Resolved(StoredAlert alert, DateTimeOffset now) =>
        alert.With(AlertEventKind.Resolved, now) with { ResolvedAt = now, UpdatedAt = now, Acknowledged = null, Snoozed = null };

    /// <summary>The state with a new revision, for the workspace's index and its channels.</summary>
    public static AlertsState Changed(this AlertsState state, DateTimeOffset now) => state with { Revision = Math.Max(state.Revision + 1, now.UtcTicks) };

    private static StoredAlert EndAcknowledgement(StoredAlert alert, string? by, DateTimeOffset now) =>
        alert.Acknowledged is null ? alert : alert.With(AlertEventKind.AcknowledgementEnded, now, by) with { Acknowledged = null };

    private static StoredAlert EndSnooze(StoredAlert alert, string? by, DateTimeOffset now) =>
        alert.Snoozed is null ? alert : alert.With(AlertEventKind.SnoozeEnded, now, by) with { Snoozed = null };

    private static HandlingDecision Change(AlertsState state, string id, string verb, DateTimeOffset now, Func<StoredAlert, StoredAlert> change)
    {
        state = Expire(state, now);
        if (state.Alerts.FirstOrDefault(alert => alert.Id == id) is not { } alert)
            return new(state, new Refusal(RefusalCodes.NotFound, "There is no such alert. Resolved alerts are deleted after a while."));
        if (alert.ResolvedAt is { } end)
            return new(state, new Refusal(RefusalCodes.NotPossibleNow, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"This alert has been over since {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC. There is nothing to {verb}.")));
        var next = change(alert);
        return new(ReferenceEquals(next, alert) ? state : (state with { Alerts = state.Alerts.Replace(alert, next) }).Changed(now));
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : new string([.. text.Trim().Select(static letter => char.IsControl(letter) ? ' ' : letter)]);

    private static Refusal? TooLong(string? text, string field) =>
        text?.Length > AlertHandling.MaxReason ? new Refusal(RefusalCodes.Invalid, $"{field} has at most {AlertHandling.MaxReason} characters.", field) : null;

    private static Refusal? EndProblem(DateTimeOffset until, TimeSpan max, string what, DateTimeOffset now) =>
        until <= now ? new Refusal(RefusalCodes.Invalid, "until must be in the future.", "until")
        : until > now + max ? new Refusal(RefusalCodes.Invalid, $"{what} for at most {max.Days} days. Choose an earlier date.", "until")
        : null;
}
