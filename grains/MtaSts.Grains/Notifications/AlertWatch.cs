using System.Collections.Immutable;
using MtaSts.Grains.Alerts;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>Follows the alerts of the domains, and determines of what each channel is still to be notified.</summary>
internal static class AlertWatch
{
    /// <summary>How long a domain without alerts is kept, so that a delayed call is detected by its revision: far longer than any call takes.</summary>
    private static readonly TimeSpan StragglersFor = TimeSpan.FromHours(1);

    /// <summary>Takes over the alerts of a domain.</summary>
    public static NotificationsState Set(NotificationsState state, string domain, long revision, IReadOnlyList<AlertView> alerts, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        if (state.Channels.IsEmpty || (state.Domains.TryGetValue(domain, out var known) && known.Revision >= revision))
            return state;
        List<WatchedAlert> before = known is null || alerts.Count == 0 ? [] : [.. known.Alerts]; // Without any alert the claim was removed.
        var views = alerts.ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        List<WatchedAlert> after = [.. before.Select(was => !was.IsOpen ? was : views.TryGetValue(was.Alert.Id, out var view) ? Follow(was, view, severityOf, now) : null).OfType<WatchedAlert>()];
        List<WatchedAlert> ended = [.. after.Where(alert => !alert.IsOpen && before.Exists(was => was.IsOpen && was.Alert.Id == alert.Alert.Id))];
        List<WatchedAlert> begun = [];
        foreach (var view in alerts.Where(alert => alert.ResolvedAt is null && !before.Exists(was => was.Alert.Id == alert.Id)))
        {
            // Until the open alerts are loaded, one that is not known may be older than all channels.
            var alert = new WatchedAlert { Alert = StoredAlert.Of(view), Severity = severityOf(view), ChangedAt = state.IsLoaded ? now : view.RaisedAt };
            // It is open again before its end was sent: for the channels it was never resolved.
            if (after.FindIndex(past => !past.IsOpen && past.Alert.Kind == view.Kind) is >= 0 and var back)
            {
                alert = alert with { Told = after[back].Told };
                after.RemoveAt(back);
            }
            else
            {
                begun.Add(alert);
            }
            after.Add(alert);
        }
        state = state.WithDomain(new WatchedDomain { Name = domain, Revision = revision, UpdatedAt = now, Alerts = [.. after] });
        state = Count(state, domain, begun, ended);
        // The alert is over or silent: a notice that it was raised is withdrawn if no attempt to send it has begun.
        var over = known?.Alerts.Where(was => was.IsOpen && !after.Exists(alert => alert.IsOpen && alert.Alert.Id == was.Alert.Id)) ?? [];
        state = Withdraw(state, over, "The alert was over before the notice was sent.");
        var silenced = before.Where(was => was is { IsOpen: true, Alert.IsSilent: false } && after.Exists(alert => alert is { IsOpen: true, Alert.IsSilent: true } && alert.Alert.Id == was.Alert.Id));
        return Tidy(Withdraw(state, silenced, "The alert was acknowledged, snoozed or muted before the notice was sent."), now);
    }

    /// <summary>Takes over the alerts that are open when the first channel is created. They are not sent; if one gets worse, that is.</summary>
    public static NotificationsState Load(NotificationsState state, IEnumerable<AlertView> open, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        if (state.IsLoaded || state.Channels.IsEmpty)
            return state;
        foreach (var domain in open.Where(alert => alert.ResolvedAt is null).GroupBy(alert => alert.Domain).Where(domain => !state.Domains.ContainsKey(domain.Key)))
        {
            ImmutableArray<WatchedAlert> alerts = [.. domain.Select(alert => new WatchedAlert { Alert = StoredAlert.Of(alert), Severity = severityOf(alert), ChangedAt = alert.RaisedAt })];
            state = state.WithDomain(new WatchedDomain { Name = domain.Key, UpdatedAt = now, Alerts = alerts });
        }
        return state with { IsLoaded = true };
    }

    /// <summary>
    /// Whether a notice of the alert is still to be sent to the channel, now or when its pause ends: that it was raised, is worse or is open at the end of a snooze, or that it is over if the channel
    /// was notified that it was raised. A silent alert sends nothing while it is open, a muted one nothing at all.
    /// </summary>
    public static bool IsOwed(StoredChannel channel, string domain, WatchedAlert alert)
    {
        if (!channel.IsWanted)
            return false;
        var told = alert.Told.GetValueOrDefault(channel.Id);
        return alert.IsOpen
            ? !alert.Alert.IsSilent && alert.ChangedAt >= channel.Since && (!(told?.Severity >= alert.Severity) || IsStillOpen(alert, told)) && Includes(channel, domain, alert)
            : told is not null && alert.Alert.Muted is null && channel.Content.Includes(domain);
    }

    /// <summary>Whether a snooze has come to its date since the channel was last notified.</summary>
    public static bool IsStillOpen(WatchedAlert alert, ToldAlert? told) => alert.Alert.StillOpenAt is { } at && !(told?.StillOpenAt >= at);

    /// <summary>Removes the alerts of which no notice is still to be sent.</summary>
    public static NotificationsState Tidy(NotificationsState state, DateTimeOffset now)
    {
        if (state.Channels.IsEmpty)
            return state.Domains.IsEmpty && !state.IsLoaded ? state : state.WithoutDomains(); // A state that does not change is not written.
        foreach (var domain in state.Busy.Select(name => state.Domains[name]))
        {
            ImmutableArray<WatchedAlert> kept = [.. domain.Alerts.Where(alert => alert.IsOpen || state.Channels.Values.Any(channel => IsOwed(channel, domain.Name, alert)))];
            if (kept.IsEmpty && now - domain.UpdatedAt > StragglersFor)
                state = state.WithoutDomain(domain.Name);
            else if (kept.Length < domain.Alerts.Length)
                state = state.WithDomain(domain with { Alerts = kept });
        }
        return state;
    }

    /// <summary>A notice about a channel goes to all other channels, whatever their least severity.</summary>
    private static bool Includes(StoredChannel channel, string domain, WatchedAlert alert) =>
        domain.Length == 0 ? alert.Alert.Id != channel.Id : channel.Content.Includes(alert.Severity) && channel.Content.Includes(domain);

    private static WatchedAlert Follow(WatchedAlert was, AlertView view, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        if (view.ResolvedAt is not null)
            return was with { Alert = StoredAlert.Of(view), ChangedAt = now };
        var severity = severityOf(view);
        return was with { Alert = StoredAlert.Of(view), Severity = severity, ChangedAt = severity > was.Severity || view.StillOpenAt > (was.Alert.StillOpenAt ?? DateTimeOffset.MinValue) ? now : was.ChangedAt };
    }

    private static NotificationsState Withdraw(NotificationsState state, IEnumerable<WatchedAlert> alerts, string reason) =>
        alerts.SelectMany(was => was.Told.Values).SelectMany(told => told.Steps).Select(step => step.Notice).Distinct(StringComparer.Ordinal).ToArray()
            .Aggregate(state, (all, notice) => DeliveryRules.Withdraw(all, notice, reason));

    private static NotificationsState Count(NotificationsState state, string domain, List<WatchedAlert> begun, List<WatchedAlert> ended)
    {
        if (begun.Count + ended.Count == 0)
            return state;
        foreach (var channel in state.Channels.Values)
        {
            var (raised, resolved) = (begun.Count(IsCounted), ended.Count(IsCounted));
            if (raised + resolved > 0)
                state = state.WithChannel(channel with { Raised = channel.Raised + raised, Resolved = channel.Resolved + resolved });

            bool IsCounted(WatchedAlert alert) => alert.Alert.Muted is null && Includes(channel, domain, alert);
        }
        return state;
    }
}
