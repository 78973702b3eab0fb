namespace MtaSts.Grains.Notifications;

/// <summary>A paused channel is tried once a day with the notices that it has not received, if there are any, so that a pause ends by itself when the receiver works again.</summary>
internal static class TrialRules
{
    /// <summary>Time from a pause or an unsuccessful trial to the next trial.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromDays(1);

    /// <summary>Begins the trials that are due.</summary>
    public static NotificationsState Begin(NotificationsState state, DateTimeOffset now) =>
        state.Channels.Values.Where(channel => At(state, channel) <= now).ToArray().Aggregate(state, (all, channel) => all.WithChannel(channel with { IsOnTrial = true }));

    /// <summary>When the next trial is due; null: none is.</summary>
    public static DateTimeOffset? NextAt(NotificationsState state) => state.Channels.Values.Min(channel => At(state, channel));

    private static DateTimeOffset? At(NotificationsState state, StoredChannel channel) =>
        channel is { Pause: not null, IsOnTrial: false } && state.Busy.Any(name => state.Domains[name].Alerts.Any(alert => AlertWatch.IsOwed(channel, name, alert))) ? channel.TrialAt : null;
}
