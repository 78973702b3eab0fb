using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>Creation, change and deletion of channels. Their settings are already checked.</summary>
internal static class ChannelRules
{
    private static readonly TimeSpan TestPeriod = TimeSpan.FromHours(1);

    public static Refusal NoChannel { get; } = new(RefusalCodes.NotFound, "This workspace has no such channel. Reload the list of channels.");

    public static Refusal TooMany { get; } = new(RefusalCodes.LimitReached, $"A workspace has at most {INotificationsGrain.MaxChannels} channels. Delete one first.");

    public static NotificationsState Create(NotificationsState state, string id, ChannelContent content, ChannelValues values, string by, DateTimeOffset now) =>
        state.WithChannel(new StoredChannel { Id = id, Content = content, Values = values, CreatedAt = now, CreatedBy = by, Since = now, DigestAt = now });

    /// <summary>What was still to be told by the earlier rules becomes notices first; alerts that only the new rules include are not sent.</summary>
    public static NotificationsState Change(NotificationsState state, string id, ChannelContent content, ChannelValues values, DateTimeOffset now)
    {
        var channel = state.Channels[id];
        var isWanted = !channel.IsActive || content.LeastSeverity < channel.Content.LeastSeverity || !Same(content.Domains, channel.Content.Domains);
        if (isWanted && content.IsOn)
        {
            state = NoticeRules.Form(state, now, id);
            channel = state.Channels[id] with { Since = now };
        }
        if (channel.Pause is not null)
            state = DeliveryRules.Unpause(state, id, now);
        state = state.WithChannel(channel with { Content = content, Values = values, Pause = null });
        return AlertWatch.Tidy(content.IsOn ? state : DeliveryRules.Drop(state, id, "The channel was switched off."), now);
    }

    public static NotificationsState Delete(NotificationsState state, string id, DateTimeOffset now) => AlertWatch.Tidy(
        DeliveryRules.Forget(state, id) with
        {
            Channels = state.Channels.Remove(id),
            Notices = state.Notices.RemoveRange(state.Notices.Values.Where(notice => notice.Channel == id).Select(notice => notice.Content.Id)),
        },
        now);

    public static NotificationsState Resume(NotificationsState state, string id, DateTimeOffset now) =>
        state.Channels[id].Pause is null ? state : DeliveryRules.Unpause(state.WithChannel(state.Channels[id] with { Pause = null, Since = now }), id, now);

    /// <returns>Null: too many tests.</returns>
    public static NotificationsState? BeginTest(NotificationsState state, string id, DateTimeOffset now, out NoticeContent content)
    {
        var recent = state.Tests.RemoveAll(test => now - test >= TestPeriod);
        state = NoticeRules.Create(state with { Tests = recent.Add(now) }, id, NoticeKind.Test, NoticeSeverity.Information, now, out content);
        return recent.Length < INotificationsGrain.MaxTestsPerHour ? state : null;
    }

    public static NotificationsState EndTest(NotificationsState state, string id, NoticeContent test, NoticeOutcome outcome, string answer, DateTimeOffset now) =>
        !state.Channels.ContainsKey(id) ? state : DeliveryRules.End(state, new StoredNotice { Channel = id, Content = test, Attempts = 1, FirstAttemptAt = now, LastAttemptAt = now, Answer = answer }, outcome);

    /// <summary>A digest begins the next period. A digest that still waits is replaced: it is out of date.</summary>
    public static NotificationsState AddDigest(NotificationsState state, string id, DigestFacts facts, DateTimeOffset now)
    {
        if (!state.Channels.TryGetValue(id, out var channel) || !channel.IsActive)
            return state;
        facts = facts with { Raised = channel.Raised, Resolved = channel.Resolved };
        state = state.WaitingOf(id).Where(notice => notice.Content.Kind == NoticeKind.Digest).ToArray()
            .Aggregate(state, (all, notice) => DeliveryRules.End(all, notice with { Answer = "A newer digest replaced it." }, NoticeOutcome.Dropped));
        return NoticeRules.Add(state, id, NoticeKind.Digest, NoticeSeverity.Information, now, made => made with { Digest = facts, Cause = id + "/digest" }, out _)
            .WithChannel(channel with { DigestAt = facts.Until, Raised = 0, Resolved = 0 });
    }

    private static bool Same(IReadOnlyList<string>? one, IReadOnlyList<string>? other) => one is null || other is null ? one is null && other is null : one.SequenceEqual(other);
}
