using System.Globalization;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>
/// Makes the notices that are still to be sent to the channels. Alerts of one kind that come within a window become one notice. While a channel has a waiting notice, further alerts
/// are collected; only a critical one gets a notice of its own at once.
/// </summary>
internal static class NoticeRules
{
    /// <summary>How long alerts of one kind are collected. An alert that is over by then is not sent. A critical one that is the first of its kind does not wait.</summary>
    public static readonly TimeSpan CollectFor = TimeSpan.FromMinutes(2);

    /// <summary>Longest window: it doubles with each notice of the same kind that follows soon.</summary>
    public static readonly TimeSpan MaxCollectFor = TimeSpan.FromMinutes(15);

    /// <summary>Alerts listed in a notice; the others are counted.</summary>
    public const int MaxListed = 10;

    /// <summary>Waiting notices of a channel. When it is full, alerts are collected until one is delivered.</summary>
    public const int MaxWaiting = 10;

    /// <summary>Makes the notices that are due.</summary>
    /// <param name="only">Of one channel, without waiting for the end of the window; null: of all.</param>
    public static NotificationsState Form(NotificationsState state, DateTimeOffset now, string? only = null)
    {
        state = TrialRules.Begin(state, now);
        foreach (var id in state.Channels.Keys.Where(id => only is null || id == only).ToArray())
        {
            foreach (var group in Groups(state, state.Channels[id], now).Where(group => only is not null || group.DueAt <= now).OrderBy(group => group.Since).ToArray())
                state = Make(state, state.Channels[id], group, now, only is not null);
        }
        return AlertWatch.Tidy(state, now);
    }

    /// <summary>When the next notice is due to be made; null: not before something changes.</summary>
    public static DateTimeOffset? NextAt(NotificationsState state, DateTimeOffset now) =>
        state.Channels.Values.SelectMany(channel => Groups(state, channel, now).Where(group => HasRoom(state, channel, group, false)).Select(group => (DateTimeOffset?)group.DueAt)).Min();

    /// <summary>Adds a notice to the outbox.</summary>
    public static NotificationsState Add(NotificationsState state, string channel, NoticeKind kind, NoticeSeverity severity, DateTimeOffset now, Func<NoticeContent, NoticeContent> fill, out NoticeContent content)
    {
        state = Create(state, channel, kind, severity, now, out content);
        content = fill(content);
        return state.WithNotice(new StoredNotice { Channel = channel, Content = content, NextAttemptAt = now });
    }

    /// <summary>The facts of a notice with a new id: unique also after the store was restored from a backup, because it contains the time.</summary>
    public static NotificationsState Create(NotificationsState state, string channel, NoticeKind kind, NoticeSeverity severity, DateTimeOffset now, out NoticeContent content)
    {
        var number = Math.Max(state.Last + 1, now.ToUnixTimeMilliseconds());
        var id = string.Create(CultureInfo.InvariantCulture, $"{channel}-{number}");
        content = new NoticeContent { Id = id, Kind = kind, Severity = severity, Cause = id, CreatedAt = now };
        return state with { Last = number };
    }

    private static NotificationsState Make(NotificationsState state, StoredChannel channel, Group group, DateTimeOffset now, bool isForced)
    {
        if (!HasRoom(state, channel, group, isForced))
            return state;
        var severity = group.IsResolved ? NoticeSeverity.Information : group.Items.Max(item => item.Alert.Severity);
        var kind = group.IsResolved ? NoticeKind.AlertResolved : NoticeKind.AlertRaised;
        state = Add(state, channel.Id, kind, severity, now, made => made with
        {
            Cause = group.Cause(channel) ?? $"{group.Kind}/{made.Id}",
            Alerts = [.. group.Items.Take(MaxListed).Select(item => item.ToFacts(channel))],
            Total = group.Items.Length,
        }, out var content);
        foreach (var item in group.Items)
        {
            var domain = state.Domains[item.Domain];
            var steps = item.Alert.Told.GetValueOrDefault(channel.Id)?.Steps ?? [];
            var told = group.IsResolved ? item.Alert.Told.Remove(channel.Id) : item.Alert.Told.SetItem(channel.Id, new ToldAlert(content.Cause, steps.Add(new ToldStep(item.Alert.Severity, content.Id, item.Alert.Alert.StillOpenAt))));
            state = state.WithDomain(domain with { Alerts = domain.Alerts.Replace(item.Alert, item.Alert with { Told = told }) });
        }
        var window = group.Burst is { } burst ? Shorter(burst.Window * 2, MaxCollectFor) : CollectFor;
        return state.WithChannel(channel with
        {
            Bursts = [.. channel.Bursts.Where(other => other.Group != group.Name && other.Until > now), new Burst(group.Name, window, now + (window * 2))],
        });
    }

    private static bool HasRoom(NotificationsState state, StoredChannel channel, Group group, bool isForced)
    {
        StoredNotice[] waiting = [.. state.WaitingOf(channel.Id)];
        return waiting.Length == 0
            || (waiting.Length < MaxWaiting && (isForced || (group.IsUrgent && (group.Cause(channel) is not { } cause || waiting.All(notice => notice.Content.Cause != cause)))));
    }

    private static IEnumerable<Group> Groups(NotificationsState state, StoredChannel channel, DateTimeOffset now)
    {
        if (!channel.IsActive)
            yield break;
        var quietEnd = QuietTimes.End(channel.Content, now);
        var pending = state.Busy.SelectMany(name => state.Domains[name].Alerts.Where(alert => AlertWatch.IsOwed(channel, name, alert)).Select(alert => new Item(name, alert)));
        foreach (var same in pending.GroupBy(item => (item.Alert.Alert.Kind, IsResolved: !item.Alert.IsOpen)))
        {
            Item[] all = [.. same.OrderBy(item => item.Alert.ChangedAt).ThenBy(item => item.Domain, StringComparer.Ordinal)];
            Item[] timely = quietEnd is null ? all : [.. all.Where(item => item.IsUrgent)];
            if (timely.Length > 0)
                yield return Of(timely, null);
            if (timely.Length < all.Length)
                yield return Of([.. all.Except(timely)], quietEnd);

            Group Of(Item[] items, DateTimeOffset? notBefore)
            {
                var name = $"{same.Key.Kind}/{(same.Key.IsResolved ? "resolved" : "raised")}";
                var since = items[0].Alert.ChangedAt;
                var burst = channel.Bursts.FirstOrDefault(burst => burst.Group == name && burst.Until > since);
                var isUrgent = Array.Exists(items, item => item.IsUrgent);
                var due = burst is not null ? since + burst.Window : isUrgent ? items.First(item => item.IsUrgent).Alert.ChangedAt : since + CollectFor;
                return new Group(name, same.Key.Kind, same.Key.IsResolved, isUrgent, items, since, burst, notBefore > due ? notBefore.Value : due);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Alerts that become one notice.</summary>
    private sealed record Group(string Name, string Kind, bool IsResolved, bool IsUrgent, Item[] Items, DateTimeOffset Since, Burst? Burst, DateTimeOffset DueAt)
    {
        /// <summary>The cause of which the channel was notified, or that of a single new alert; null for several.</summary>
        public string? Cause(StoredChannel channel)
        {
            var told = Items.Select(item => item.Alert.Told.GetValueOrDefault(channel.Id)?.Cause).Distinct().Take(2).ToArray();
            return told is [{ } one] ? one
                : Items is [var item] ? string.Create(CultureInfo.InvariantCulture, $"{(item.Domain.Length == 0 ? "channels" : item.Domain)}/{Kind}/{item.Alert.Alert.RaisedAt.UtcDateTime:yyyyMMddHHmmss}")
                : null;
        }
    }

    private sealed record Item(string Domain, WatchedAlert Alert)
    {
        public bool IsUrgent => Alert is { IsOpen: true, Severity: NoticeSeverity.Critical };

        public NoticeAlert ToFacts(StoredChannel channel)
        {
            var told = Alert.Told.GetValueOrDefault(channel.Id);
            var isWorse = Alert.IsOpen && Alert.Severity > told?.Severity;
            return new()
            {
                Domain = Domain,
                Kind = Alert.Alert.Kind,
                Parameters = Alert.Alert.Parameters,
                RaisedAt = Alert.Alert.RaisedAt,
                ResolvedAt = Alert.Alert.ResolvedAt,
                IsWorse = isWorse,
                IsStillOpen = Alert.IsOpen && !isWorse && AlertWatch.IsStillOpen(Alert, told),
            };
        }
    }
}
