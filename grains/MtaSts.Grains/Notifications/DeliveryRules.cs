using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>The order of attempts, what follows from their results, and the pause of a channel whose receiver fails for good.</summary>
internal static class DeliveryRules
{
    /// <summary>A notice is repeated for this long, not counting the time in which the service was down. Then its channel is paused, unless the fault is the service's own.</summary>
    public static readonly TimeSpan RepeatFor = TimeSpan.FromDays(1);

    /// <summary>The first repetition; each later one waits twice as long.</summary>
    public static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(30);

    /// <summary>Longest time between two attempts, unless the receiver asks for a longer one. Also the time after a refusal.</summary>
    public static readonly TimeSpan MaxRepeat = TimeSpan.FromHours(1);

    /// <summary>Number of refusals, over at least <see cref="RefusedFor"/>, after which a notice is not repeated. A receiver that is being changed may refuse for a while.</summary>
    public const int MaxRefusals = 3;

    public static readonly TimeSpan RefusedFor = TimeSpan.FromHours(2);

    /// <summary>The notice to send now to the channel; null when none is due.</summary>
    public static StoredNotice? Next(NotificationsState state, StoredChannel channel, DateTimeOffset now) =>
        Sendable(state, channel).Where(notice => DueAt(channel, notice, now) <= now).OrderBy(notice => notice.Content.CreatedAt).ThenBy(notice => notice.Content.Id, StringComparer.Ordinal).FirstOrDefault();

    /// <summary>When <see cref="Next"/> returns the next notice; null when none waits.</summary>
    public static DateTimeOffset? NextAt(NotificationsState state, StoredChannel channel, DateTimeOffset now) =>
        Sendable(state, channel).Select(notice => (DateTimeOffset?)DueAt(channel, notice, now)).Min();

    /// <summary>Records which attempts begin now. Must be stored before they begin.</summary>
    /// <param name="sending">Channels with a running attempt.</param>
    public static NotificationsState Begin(NotificationsState state, IReadOnlySet<string> sending, DateTimeOffset now) =>
        state.Channels.Values.Where(channel => !sending.Contains(channel.Id)).Select(channel => Next(state, channel, now)).OfType<StoredNotice>().Where(notice => !notice.IsBegun).ToArray()
            .Aggregate(state, (all, notice) => all.WithNotice(notice with { IsBegun = true }));

    /// <summary>Takes over the result of an attempt. A notice that does not wait any more is unchanged.</summary>
    /// <param name="version">Of the channel with whose settings it was sent.</param>
    public static NotificationsState Sent(NotificationsState state, string noticeId, int version, NoticeResult result, DateTimeOffset now)
    {
        if (!state.Notices.TryGetValue(noticeId, out var notice) || notice.Outcome != NoticeOutcome.Waiting || !state.Channels.TryGetValue(notice.Channel, out var channel))
            return state;
        var passed = notice is { LastAttemptAt: { } last, NextAttemptAt: { } planned } && planned > last ? Shorter(planned - last, now - last) : TimeSpan.Zero;
        notice = notice with { Attempts = notice.Attempts + 1, FirstAttemptAt = notice.FirstAttemptAt ?? now, LastAttemptAt = now };
        return result switch
        {
            NoticeResult.Delivered delivered => Delivered(state, channel, notice with { Answer = delivered.Answer }, now),
            // Sent with settings that were changed meanwhile: it says nothing about the present ones.
            _ when version != channel.Version => state.WithNotice(notice with { Answer = result.Text(), NextAttemptAt = now }),
            NoticeResult.Unavailable fault => Unavailable(state, notice with { Answer = fault.Problem, Unavailable = notice.Unavailable + passed }, fault.RetryAfter, now),
            NoticeResult.Failed failed => Failed(state, channel, notice with { Answer = failed.Problem, Failing = notice.Failing + passed }, failed.RetryAfter, now),
            _ => Refused(state, channel, notice with { Answer = result.Text(), Refusals = notice.Refusals + 1, RefusedSince = notice.RefusedSince ?? now }, now),
        };
    }

    /// <summary>Drops the waiting notices of a channel; the log shows them. Their alerts count as not sent; those that are still open can be sent again.</summary>
    /// <param name="keepsRequest">Whether a request to the recipient stays.</param>
    public static NotificationsState Drop(NotificationsState state, string channel, string reason, bool keepsRequest = false)
    {
        StoredNotice[] waiting = [.. state.WaitingOf(channel).Where(notice => !keepsRequest || notice.Content.Kind != NoticeKind.Confirmation)];
        state = Untell(state, channel, waiting.Select(notice => notice.Content.Id), out _);
        return waiting.Aggregate(state, (all, notice) => End(all, notice with { Answer = reason }, NoticeOutcome.Dropped));
    }

    /// <summary>Withdraws a raised notice whose alert is over or silent, if no attempt has begun. Its other alerts, if still to be sent, become another notice.</summary>
    public static NotificationsState Withdraw(NotificationsState state, string noticeId, string reason)
    {
        if (!state.Notices.TryGetValue(noticeId, out var notice) || notice is not { Outcome: NoticeOutcome.Waiting, IsBegun: false, Content.Kind: NoticeKind.AlertRaised })
            return state;
        state = Untell(state, notice.Channel, [noticeId], out var isAnyOpen);
        return isAnyOpen ? state.WithoutNotices([noticeId]) : End(state, notice with { Answer = reason }, NoticeOutcome.Dropped);
    }

    /// <summary>Ends a notice of which no text can be made.</summary>
    public static NotificationsState Unwritable(NotificationsState state, string noticeId) =>
        state.Notices.TryGetValue(noticeId, out var notice) && notice.Outcome == NoticeOutcome.Waiting
            ? End(state, notice with { Answer = "The service could not write this notice. The operator finds the error in the service's log." }, NoticeOutcome.Dropped)
            : state;

    /// <summary>The waiting notices are sent now, as if for the first time: the channel was corrected.</summary>
    public static NotificationsState Renew(NotificationsState state, string channel, DateTimeOffset now) => state.WaitingOf(channel).ToArray().Aggregate(
        state, (all, notice) => all.WithNotice(notice with { NextAttemptAt = now, Failing = TimeSpan.Zero, Unavailable = TimeSpan.Zero, Refusals = 0, RefusedSince = null }));

    /// <summary>Ends a notice, which is then a line of the log, and keeps the log within its limit.</summary>
    public static NotificationsState End(NotificationsState state, StoredNotice notice, NoticeOutcome outcome)
    {
        state = state.WithNotice(notice with { Outcome = outcome, NextAttemptAt = null, Content = notice.Content with { Alerts = [.. notice.Content.Alerts.Take(1)] } });
        var surplus = state.Notices.Values.Where(other => other.Channel == notice.Channel && other.Outcome != NoticeOutcome.Waiting)
            .OrderByDescending(other => other.Content.CreatedAt).Skip(INotificationsGrain.MaxLog).Select(other => other.Content.Id).ToArray();
        return surplus.Length == 0 ? state : state.WithoutNotices(surplus);
    }

    private static NotificationsState Delivered(NotificationsState state, StoredChannel channel, StoredNotice notice, DateTimeOffset now)
    {
        state = End(state, notice, NoticeOutcome.Delivered);
        // The receiver works again: the others need not wait longer.
        state = state.WaitingOf(channel.Id).Where(other => other.Refusals == 0).ToArray().Aggregate(state, (all, other) => all.WithNotice(other with { NextAttemptAt = now }));
        state = state.WithChannel(RecipientRules.Counted(channel, now) with { NotBefore = null, DeliveredAt = now });
        return channel.IsOnTrial ? PauseRules.End(state, channel.Id, now) : state;
    }

    /// <summary>A fault of the service or its operator says nothing about the channel, so it never pauses it. After a day the notice ends, and a new one is made from the alerts that are then open.</summary>
    private static NotificationsState Unavailable(NotificationsState state, StoredNotice notice, TimeSpan? retryAfter, DateTimeOffset now) => notice.Unavailable < RepeatFor
        ? state.WithNotice(notice with { NextAttemptAt = now + Wait(notice.Attempts, retryAfter) })
        : End(Untell(state, notice.Channel, [notice.Content.Id], out _), notice, NoticeOutcome.GivenUp);

    private static NotificationsState Failed(NotificationsState state, StoredChannel channel, StoredNotice notice, TimeSpan? retryAfter, DateTimeOffset now)
    {
        if (notice.Failing >= RepeatFor || channel.IsOnTrial)
            return GiveUp(state, channel, notice, NoticeOutcome.GivenUp, "A notice could not be delivered for a day", now);
        var next = now + Wait(notice.Attempts, retryAfter);
        state = state.WithNotice(notice with { NextAttemptAt = next });
        return retryAfter is null ? state : state.WithChannel(channel with { NotBefore = next });
    }

    private static NotificationsState Refused(NotificationsState state, StoredChannel channel, StoredNotice notice, DateTimeOffset now)
    {
        if (!channel.IsOnTrial && notice.Content.Kind != NoticeKind.Confirmation && (notice.Refusals < MaxRefusals || now - notice.RefusedSince < RefusedFor))
            return state.WithNotice(notice with { NextAttemptAt = now + MaxRepeat });
        return channel.DeliveredAt > notice.RefusedSince ? End(state, notice, NoticeOutcome.Refused) // The receiver accepts other notices and refuses only this one.
            : GiveUp(state, channel, notice, NoticeOutcome.Refused, "The receiver refuses notices", now);
    }

    private static NotificationsState GiveUp(NotificationsState state, StoredChannel channel, StoredNotice notice, NoticeOutcome outcome, string reason, DateTimeOffset now)
    {
        state = End(Untell(state, channel.Id, [notice.Content.Id], out _), notice, outcome);
        return notice.Content.Kind == NoticeKind.Confirmation ? state : PauseRules.Begin(state, channel.Id, channel.IsOnTrial ? channel.Pause!.Reason : $"{reason}: {notice.Answer}", now);
    }

    /// <summary>The alerts of these notices count as not sent to the channel.</summary>
    /// <param name="isAnyOpen">Whether an alert of them is open, and not silent.</param>
    private static NotificationsState Untell(NotificationsState state, string channel, IEnumerable<string> notices, out bool isAnyOpen)
    {
        var ids = notices.ToHashSet(StringComparer.Ordinal);
        isAnyOpen = false;
        foreach (var domain in ids.Count == 0 ? [] : state.Domains.Values.Where(domain => domain.Alerts.Any(IsTold)).ToArray())
        {
            isAnyOpen |= domain.Alerts.Any(alert => alert is { IsOpen: true, Alert.IsSilent: false } && IsTold(alert));
            state = state.WithDomain(domain with { Alerts = [.. domain.Alerts.Select(alert => IsTold(alert) ? Without(alert) : alert)] });
        }
        return state;

        bool IsTold(WatchedAlert alert) => alert.Told.TryGetValue(channel, out var told) && told.Steps.Any(step => ids.Contains(step.Notice));

        WatchedAlert Without(WatchedAlert alert)
        {
            var told = alert.Told[channel];
            var steps = told.Steps.RemoveAll(step => ids.Contains(step.Notice));
            return alert with { Told = steps.IsEmpty ? alert.Told.Remove(channel) : alert.Told.SetItem(channel, told with { Steps = steps }) };
        }
    }

    private static TimeSpan Wait(int attempts, TimeSpan? asked)
    {
        var wait = Shorter(FirstRepeat * Math.Pow(2, Math.Min(attempts - 1, 20)), MaxRepeat);
        return asked > wait ? Shorter(asked.Value, RepeatFor) : wait;
    }

    /// <summary>A confirmation is sent also to a channel that gets nothing else.</summary>
    private static IEnumerable<StoredNotice> Sendable(NotificationsState state, StoredChannel channel) =>
        state.WaitingOf(channel.Id).Where(notice => channel.IsActive || notice.Content.Kind == NoticeKind.Confirmation);

    /// <summary>During the quiet hours only critical notices are sent, also when they were made before.</summary>
    private static DateTimeOffset DueAt(StoredChannel channel, StoredNotice notice, DateTimeOffset now)
    {
        var due = Later(notice.NextAttemptAt ?? now, channel.NotBefore);
        if (notice.Content.Kind == NoticeKind.Confirmation)
            return due;
        due = Later(due, RecipientRules.LimitEnd(channel, now));
        return notice.Content.Severity < NoticeSeverity.Critical ? Later(due, QuietTimes.End(channel.Content, now)) : due;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
