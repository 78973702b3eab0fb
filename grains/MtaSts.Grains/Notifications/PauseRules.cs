using System.Collections.Immutable;
using MtaSts.Grains.Alerts;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>The pause of a channel. An alert of the workspace notifies the other channels of it.</summary>
internal static class PauseRules
{
    /// <summary>Pauses a channel. Its waiting notices are dropped; alerts that are still open when the pause ends are sent then.</summary>
    public static NotificationsState Begin(NotificationsState state, string id, string reason, DateTimeOffset now)
    {
        var channel = state.Channels[id];
        var pause = channel.IsOnTrial ? channel.Pause! : new ChannelPause(now, reason);
        state = DeliveryRules.Drop(state.WithChannel(channel with { Pause = pause, TrialAt = now + TrialRules.Every, IsOnTrial = false, NotBefore = null, Bursts = [] }), id, "The channel was paused.");
        if (channel.Pause is not null)
            return state;
        var alert = new StoredAlert
        {
            Id = id,
            Kind = NoticeAlert.ChannelPaused,
            Parameters = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(NoticeAlert.Channel, [channel.Content.Name]).Add(AlertParameters.Reported, [reason]),
            RaisedAt = now,
            UpdatedAt = now,
        };
        return ChangeOwn(state, own => [.. own.Where(other => other.Alert.Id != id), new WatchedAlert { Alert = alert, Severity = NoticeSeverity.Warning, ChangedAt = now }]);
    }

    /// <summary>Ends the pause. Alerts that are still open and were not sent to the channel are sent now.</summary>
    public static NotificationsState End(NotificationsState state, string id, DateTimeOffset now)
    {
        var before = state.Channels[id];
        state = state.WithChannel(ChannelRules.WithDigestFrom(before, before with { Pause = null, TrialAt = null, IsOnTrial = false }, now));
        return ChangeOwn(state, own => [.. own.Select(alert => alert.IsOpen && alert.Alert.Id == id ? alert with { Alert = alert.Alert with { ResolvedAt = now, UpdatedAt = now }, ChangedAt = now } : alert)]);
    }

    /// <summary>Forgets the alert about a channel that is deleted.</summary>
    public static NotificationsState Forget(NotificationsState state, string id) => ChangeOwn(state, own => [.. own.Where(alert => alert.Alert.Id != id)]);

    private static NotificationsState ChangeOwn(NotificationsState state, Func<ImmutableArray<WatchedAlert>, ImmutableArray<WatchedAlert>> change)
    {
        var own = state.Domains.GetValueOrDefault("") ?? new WatchedDomain { Name = "" };
        var alerts = change(own.Alerts);
        return alerts.IsEmpty ? state.WithoutDomain("") : state.WithDomain(own with { Alerts = alerts });
    }
}
