using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Notifications;

/// <summary>Creation, change and deletion of channels. Their settings are already checked.</summary>
internal static class ChannelRules
{
    private static readonly TimeSpan TestPeriod = TimeSpan.FromHours(1);

    public static Refusal NoChannel { get; } = new(RefusalCodes.NotFound, "This workspace has no such channel. Reload the list of channels.");

    public static Refusal TooMany { get; } = new(RefusalCodes.LimitReached, $"A workspace has at most {INotificationsGrain.MaxChannels} channels. Delete one first.");

    public static NotificationsState Create(NotificationsState state, string id, ChannelDraft draft, RecipientRequest? request, string by, DateTimeOffset now)
    {
        state = state.WithChannel(new StoredChannel { Id = id, Content = draft.Content, Values = draft.Values, Recipient = draft.Recipient, CreatedAt = now, CreatedBy = by, Since = now, DigestAt = now });
        return RecipientRules.Ask(state, id, request, now);
    }

    /// <summary>What was still to be sent by the earlier rules becomes notices first; alerts that only the new rules include are not sent. Ends a pause.</summary>
    public static NotificationsState Change(NotificationsState state, string id, ChannelDraft draft, RecipientRequest? request, DateTimeOffset now)
    {
        var (before, content) = (state.Channels[id], draft.Content);
        var isWider = !before.Content.IsOn || content.LeastSeverity < before.Content.LeastSeverity || !Same(content.Domains, before.Content.Domains);
        if (before is { Pause: not null, IsWanted: true })
            state = PauseRules.End(state, id, now);
        if (isWider && content.IsOn)
            state = NoticeRules.Form(state, now, id);
        var isSameRecipient = draft.Recipient == before.Recipient;
        if (!isSameRecipient)
            state = DeliveryRules.Drop(state, id, "The recipient of the channel was changed.");
        var channel = state.Channels[id];
        state = state.WithChannel(WithDigestFrom(channel, channel with
        {
            Content = content,
            Values = draft.Values,
            Recipient = draft.Recipient,
            ConfirmedAt = isSameRecipient ? channel.ConfirmedAt : null,
            Since = isWider && content.IsOn ? now : channel.Since,
        }, now));
        state = Resume(state, id, request, now);
        return AlertWatch.Tidy(content.IsOn ? state : DeliveryRules.Drop(state, id, "The channel was switched off.", keepsRequest: true), now);
    }

    public static NotificationsState Delete(NotificationsState state, string id, DateTimeOffset now) => AlertWatch.Tidy(PauseRules.Forget(state, id).WithoutChannel(id), now);

    /// <summary>Ends a pause, and asks the recipient, if not confirmed, to confirm.</summary>
    public static NotificationsState Resume(NotificationsState state, string id, RecipientRequest? request, DateTimeOffset now)
    {
        var wasUnsubscribed = state.Channels[id].Pause?.Reason == RecipientRules.Unsubscribed;
        state = RecipientRules.Ask(state, id, request, now);
        if (wasUnsubscribed && RecipientRules.AgainProblem(state, state.Channels[id], now) is not null)
            return state; // Stays unsubscribed until the recipient may be asked again.
        state = state.WithChannel(state.Channels[id] with { Version = state.Channels[id].Version + 1, NotBefore = null });
        return DeliveryRules.Renew(state.Channels[id].Pause is null ? state : PauseRules.End(state, id, now), id, now);
    }

    /// <summary>The first digest after a channel began to get digests does not cover the time before.</summary>
    public static StoredChannel WithDigestFrom(StoredChannel before, StoredChannel after, DateTimeOffset now) =>
        after.GetsDigests && !before.GetsDigests ? after with { DigestAt = now, Raised = 0, Resolved = 0 } : after;

    /// <returns>Null: too many tests.</returns>
    public static NotificationsState? BeginTest(NotificationsState state, string id, DateTimeOffset now, out NoticeContent content)
    {
        var recent = state.Tests.RemoveAll(test => now - test >= TestPeriod);
        state = NoticeRules.Create(state with { Tests = recent.Add(now) }, id, NoticeKind.Test, NoticeSeverity.Information, now, out content);
        return recent.Length < INotificationsGrain.MaxTestsPerHour ? state : null;
    }

    public static NotificationsState EndTest(NotificationsState state, string id, NoticeContent test, NoticeOutcome outcome, string answer, DateTimeOffset now)
    {
        if (!state.Channels.TryGetValue(id, out var channel))
            return state;
        state = DeliveryRules.End(state, new StoredNotice { Channel = id, Content = test, Attempts = 1, FirstAttemptAt = now, LastAttemptAt = now, Answer = answer }, outcome);
        return outcome == NoticeOutcome.Delivered ? state.WithChannel(RecipientRules.Counted(channel, now)) : state;
    }

    /// <summary>A digest begins the next period. A digest that still waits is replaced: it is out of date.</summary>
    public static NotificationsState AddDigest(NotificationsState state, string id, DigestFacts facts, DateTimeOffset now)
    {
        // The facts were read meanwhile: the channel may have been changed.
        if (!state.Channels.TryGetValue(id, out var channel) || !channel.GetsDigests || channel.DigestAt != facts.From)
            return state;
        facts = facts with { Raised = channel.Raised, Resolved = channel.Resolved };
        state = state.WaitingOf(id).Where(notice => notice.Content.Kind == NoticeKind.Digest).ToArray()
            .Aggregate(state, (all, notice) => DeliveryRules.End(all, notice with { Answer = "A newer digest replaced it." }, NoticeOutcome.Dropped));
        return NoticeRules.Add(state, id, NoticeKind.Digest, NoticeSeverity.Information, now, made => made with { Digest = facts, Cause = id + "/digest" }, out _)
            .WithChannel(channel with { DigestAt = facts.Until, Raised = 0, Resolved = 0 });
    }

    private static bool Same(IReadOnlyList<string>? one, IReadOnlyList<string>? other) => one is null || other is null ? one is null && other is null : one.SequenceEqual(other);
}

/// <summary>A channel as it is to be stored.</summary>
internal sealed record ChannelDraft(ChannelContent Content, ChannelValues Values, string? Recipient);
