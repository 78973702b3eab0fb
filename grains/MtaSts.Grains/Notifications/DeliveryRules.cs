using System.Collections.Immutable;
using MtaSts.Grains.Alerts;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>The order of attempts, what follows from their results, and the pause of a channel that fails for good.</summary>
internal static class DeliveryRules
{
    /// <summary>A notice is repeated for this long; then its channel is paused.</summary>
    public static readonly TimeSpan RepeatFor = TimeSpan.FromDays(1);

    /// <summary>The first repetition; each later one waits twice as long.</summary>
    public static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(30);

    /// <summary>Longest time between two attempts, unless the receiver asks for a longer one.</summary>
    public static readonly TimeSpan MaxRepeat = TimeSpan.FromHours(1);

    private static readonly Dictionary<NoticeOutcome, string> Ends = new() { [NoticeOutcome.Refused] = "The receiver refused a notice", [NoticeOutcome.GivenUp] = "A notice could not be delivered for a day" };

    /// <summary>The notice to send now to the channel; null when none is due.</summary>
    public static StoredNotice? Next(NotificationsState state, StoredChannel channel, DateTimeOffset now) =>
        !channel.IsActive ? null : state.WaitingOf(channel.Id).Where(notice => DueAt(channel, notice, now) <= now).OrderBy(notice => notice.Content.CreatedAt).ThenBy(notice => notice.Content.Id, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>When <see cref="Next"/> returns the next notice; null when none waits.</summary>
    public static DateTimeOffset? NextAt(NotificationsState state, StoredChannel channel, DateTimeOffset now) =>
        !channel.IsActive ? null : state.WaitingOf(channel.Id).Select(notice => (DateTimeOffset?)DueAt(channel, notice, now)).Min();

    /// <summary>Takes over the result of an attempt. A notice that does not wait any more is unchanged.</summary>
    public static NotificationsState Sent(NotificationsState state, string noticeId, NoticeResult result, DateTimeOffset now)
    {
        if (!state.Notices.TryGetValue(noticeId, out var notice) || notice.Outcome != NoticeOutcome.Waiting || !state.Channels.TryGetValue(notice.Channel, out var channel))
            return state;
        notice = notice with { Attempts = notice.Attempts + 1, FirstAttemptAt = notice.FirstAttemptAt ?? now, LastAttemptAt = now };
        switch (result)
        {
            case NoticeResult.Delivered delivered:
                state = End(state, notice with { Answer = delivered.Answer }, NoticeOutcome.Delivered);
                // The receiver works again: the others need not wait longer.
                return state.WaitingOf(channel.Id).ToArray().Aggregate(state, (all, other) => all.WithNotice(other with { NextAttemptAt = now }));
            case NoticeResult.Failed failed when now - notice.FirstAttemptAt < RepeatFor:
                return state.WithNotice(notice with { Answer = failed.Problem, NextAttemptAt = now + Wait(notice.Attempts, failed.RetryAfter) });
            case NoticeResult.Failed failed:
                return Pause(End(state, notice with { Answer = failed.Problem }, NoticeOutcome.GivenUp), channel, Reason(NoticeOutcome.GivenUp, failed.Problem), now);
            default:
                var problem = ((NoticeResult.Refused)result).Problem;
                return Pause(End(state, notice with { Answer = problem }, NoticeOutcome.Refused), channel, Reason(NoticeOutcome.Refused, problem), now);
        }
    }

    /// <summary>Drops the waiting notices of a channel; the log shows them.</summary>
    public static NotificationsState Drop(NotificationsState state, string channel, string reason) =>
        state.WaitingOf(channel).ToArray().Aggregate(state, (all, notice) => End(all, notice with { Answer = reason }, NoticeOutcome.Dropped));

    /// <summary>Ends the alert about a paused channel, which the others get.</summary>
    public static NotificationsState Unpause(NotificationsState state, string channel, DateTimeOffset now) => ChangeOwn(state, own =>
        [.. own.Select(alert => alert.IsOpen && alert.Alert.Id == channel ? alert with { Alert = alert.Alert with { ResolvedAt = now, UpdatedAt = now }, ChangedAt = now } : alert)]);

    /// <summary>Forgets the alert about a channel that is deleted.</summary>
    public static NotificationsState Forget(NotificationsState state, string channel) => ChangeOwn(state, own => [.. own.Where(alert => alert.Alert.Id != channel)]);

    /// <summary>Ends a notice, which is then a line of the log, and keeps the log within its limit.</summary>
    public static NotificationsState End(NotificationsState state, StoredNotice notice, NoticeOutcome outcome)
    {
        state = state.WithNotice(notice with { Outcome = outcome, NextAttemptAt = null, Content = notice.Content with { Alerts = [.. notice.Content.Alerts.Take(1)] } });
        var surplus = state.Notices.Values.Where(other => other.Channel == notice.Channel && other.Outcome != NoticeOutcome.Waiting)
            .OrderByDescending(other => other.Content.CreatedAt).Skip(INotificationsGrain.MaxLog).Select(other => other.Content.Id).ToArray();
        return state with { Notices = state.Notices.RemoveRange(surplus) };
    }

    private static NotificationsState Pause(NotificationsState state, StoredChannel channel, string reason, DateTimeOffset now)
    {
        state = Drop(state.WithChannel(channel with { Pause = new ChannelPause(now, reason), Bursts = [] }), channel.Id, "The channel was paused.");
        var alert = new StoredAlert
        {
            Id = channel.Id,
            Kind = NoticeAlert.ChannelPaused,
            Parameters = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(NoticeAlert.Channel, [channel.Content.Name]).Add(AlertParameters.Reported, [reason]),
            RaisedAt = now,
            UpdatedAt = now,
        };
        return ChangeOwn(state, own => [.. own.Where(other => other.Alert.Id != channel.Id), new WatchedAlert { Alert = alert, Severity = NoticeSeverity.Warning, ChangedAt = now }]);
    }

    private static NotificationsState ChangeOwn(NotificationsState state, Func<ImmutableArray<WatchedAlert>, ImmutableArray<WatchedAlert>> change)
    {
        var own = state.Domains.GetValueOrDefault("") ?? new WatchedDomain { Name = "" };
        var alerts = change(own.Alerts);
        return state with { Domains = alerts.IsEmpty ? state.Domains.Remove("") : state.Domains.SetItem("", own with { Alerts = alerts }) };
    }

    private static string Reason(NoticeOutcome outcome, string problem) => $"{Ends[outcome]}: {problem}";

    private static TimeSpan Wait(int attempts, TimeSpan? asked)
    {
        var wait = FirstRepeat * Math.Pow(2, Math.Min(attempts - 1, 20));
        wait = wait < MaxRepeat ? wait : MaxRepeat;
        return asked > wait ? (asked < RepeatFor ? asked.Value : RepeatFor) : wait;
    }

    /// <summary>During the quiet hours only critical notices are sent, also when they were made before.</summary>
    private static DateTimeOffset DueAt(StoredChannel channel, StoredNotice notice, DateTimeOffset now) =>
        notice.Content.Severity < NoticeSeverity.Critical && QuietTimes.End(channel.Content, now) is { } end && end > notice.NextAttemptAt ? end : notice.NextAttemptAt ?? now;
}
