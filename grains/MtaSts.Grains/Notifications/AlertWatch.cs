using System.Collections.Immutable;
using MtaSts.Grains.Alerts;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>Follows the alerts of the domains, and determines what each channel is still to be told.</summary>
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
            var alert = new WatchedAlert { Alert = StoredAlert.Of(view), Severity = severityOf(view), ChangedAt = now };
            // It is back before its end was told: for the channels it was never over.
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
        state = state with { Domains = state.Domains.SetItem(domain, new WatchedDomain { Name = domain, Revision = revision, UpdatedAt = now, Alerts = [.. after] }) };
        return Tidy(Count(state, domain, begun, ended), now);
    }

    /// <summary>Takes over the alerts that are open when the first channel is created. They are not sent; if one gets worse, that is.</summary>
    public static NotificationsState Load(NotificationsState state, IEnumerable<AlertView> open, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        foreach (var domain in open.Where(alert => alert.ResolvedAt is null).GroupBy(alert => alert.Domain).Where(domain => !state.Domains.ContainsKey(domain.Key)))
        {
            ImmutableArray<WatchedAlert> alerts = [.. domain.Select(alert => new WatchedAlert { Alert = StoredAlert.Of(alert), Severity = severityOf(alert), ChangedAt = alert.RaisedAt })];
            state = state with { Domains = state.Domains.Add(domain.Key, new WatchedDomain { Name = domain.Key, UpdatedAt = now, Alerts = alerts }) };
        }
        return state;
    }

    /// <summary>Whether the channel is to be told that the alert was raised or is worse.</summary>
    public static bool IsRaisedFor(StoredChannel channel, string domain, WatchedAlert alert) =>
        channel.IsActive && alert.IsOpen && alert.ChangedAt >= channel.Since && Includes(channel, domain, alert)
        && !(alert.Told.TryGetValue(channel.Id, out var told) && told.Severity >= alert.Severity);

    /// <summary>Whether the channel is to be told that the alert is over: only if it was told that it began.</summary>
    public static bool IsResolvedFor(StoredChannel channel, string domain, WatchedAlert alert) =>
        channel.IsActive && !alert.IsOpen && channel.Content.Includes(domain) && alert.Told.ContainsKey(channel.Id);

    /// <summary>Removes what no channel is to be told any more.</summary>
    public static NotificationsState Tidy(NotificationsState state, DateTimeOffset now)
    {
        if (state.Channels.IsEmpty)
            return state.Domains.IsEmpty ? state : state with { Domains = state.Domains.Clear() }; // A state that does not change is not written.
        var domains = state.Domains;
        foreach (var (name, domain) in state.Domains)
        {
            ImmutableArray<WatchedAlert> kept = [.. domain.Alerts.Where(alert => alert.IsOpen || state.Channels.Values.Any(channel => IsResolvedFor(channel, name, alert)))];
            if (kept.IsEmpty && now - domain.UpdatedAt > StragglersFor)
                domains = domains.Remove(name);
            else if (kept.Length < domain.Alerts.Length)
                domains = domains.SetItem(name, domain with { Alerts = kept });
        }
        return ReferenceEquals(domains, state.Domains) ? state : state with { Domains = domains };
    }

    /// <summary>A notice about the channels themselves goes to all of them, whatever their least severity.</summary>
    private static bool Includes(StoredChannel channel, string domain, WatchedAlert alert) =>
        channel.Content.Includes(domain) && (domain.Length == 0 || alert.Severity >= channel.Content.LeastSeverity);

    private static WatchedAlert Follow(WatchedAlert was, AlertView view, Func<AlertView, NoticeSeverity> severityOf, DateTimeOffset now)
    {
        if (view.ResolvedAt is not null)
            return was with { Alert = StoredAlert.Of(view), ChangedAt = now };
        var severity = severityOf(view);
        return was with { Alert = StoredAlert.Of(view), Severity = severity, ChangedAt = severity > was.Severity ? now : was.ChangedAt };
    }

    private static NotificationsState Count(NotificationsState state, string domain, List<WatchedAlert> begun, List<WatchedAlert> ended)
    {
        if (begun.Count + ended.Count == 0)
            return state;
        foreach (var channel in state.Channels.Values)
        {
            var (raised, resolved) = (begun.Count(alert => Includes(channel, domain, alert)), ended.Count(alert => Includes(channel, domain, alert)));
            if (raised + resolved > 0)
                state = state.WithChannel(channel with { Raised = channel.Raised + raised, Resolved = channel.Resolved + resolved });
        }
        return state;
    }
}
