using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Alerts;
using MtaSts.Grains.Storage;
using MtaSts.Modules.Notices;
using Orleans.Storage;

namespace MtaSts.Grains.Notifications;

/// <summary>
/// The channels of a workspace, the alerts with what each channel was notified of, and the notices. What is still to be sent follows from the difference between an alert and
/// what a channel was notified of, so its amount is bounded by the number of alerts.
/// </summary>
internal sealed record NotificationsState : IStateWithElements
{
    /// <summary>Number of the last notice.</summary>
    [JsonPropertyName("last")] public long Last { get; init; }

    /// <summary>The tests of the last hour.</summary>
    [JsonPropertyName("tests")] public ImmutableArray<DateTimeOffset> Tests { get; init; } = [];

    /// <summary>Whether the alerts that were open when the first channel was created are known.</summary>
    [JsonPropertyName("loaded")] public bool IsLoaded { get; init; }

    /// <summary>By id.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, StoredChannel> Channels { get; private init; } = ImmutableSortedDictionary.Create<string, StoredChannel>(StringComparer.Ordinal);

    /// <summary>The domains that have alerts, or had them recently, by name.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, WatchedDomain> Domains { get; private init; } = ImmutableSortedDictionary.Create<string, WatchedDomain>(StringComparer.Ordinal);

    /// <summary>Waiting and past notices by id.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, StoredNotice> Notices { get; private init; } = ImmutableSortedDictionary.Create<string, StoredNotice>(StringComparer.Ordinal);

    /// <summary>The last request to confirm, by address.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, StoredRecipient> Recipients { get; private init; } = ImmutableSortedDictionary.Create<string, StoredRecipient>(StringComparer.Ordinal);

    /// <summary>
    /// Names of the domains with unsent changes or rows to remove. Derived: all other domains are skipped, so that the time of a call does not grow with the domains of the workspace.
    /// </summary>
    internal ImmutableSortedSet<string> Busy { get; private init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Ids of the waiting notices by channel. Derived.</summary>
    private ImmutableDictionary<string, ImmutableSortedSet<string>> WaitingIds { get; init; } = ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    [JsonIgnore]
    public IReadOnlyDictionary<string, object> Elements
    {
        get
        {
            var rows = new Dictionary<string, object>(StringComparer.Ordinal);
            foreach (var channel in Channels.Values)
                rows["c/" + channel.Id] = new NotificationRow { Channel = channel };
            foreach (var domain in Domains.Values)
                rows["d/" + domain.Name] = new NotificationRow { Domain = domain };
            foreach (var notice in Notices.Values)
                rows["n/" + notice.Content.Id] = new NotificationRow { Notice = notice };
            foreach (var recipient in Recipients.Values)
                rows["r/" + recipient.Address] = new NotificationRow { Recipient = recipient };
            return rows;
        }
    }

    public IStateWithElements With(IEnumerable<BinaryData> elements, IGrainStorageSerializer serializer)
    {
        NotificationRow[] rows = [.. elements.Select(element => serializer.Deserialize<NotificationRow>(element)!)];
        var state = this with
        {
            Channels = Channels.AddRange(rows.Select(row => row.Channel).OfType<StoredChannel>().Select(channel => KeyValuePair.Create(channel.Id, channel))),
            Domains = Domains.AddRange(rows.Select(row => row.Domain).OfType<WatchedDomain>().Select(domain => KeyValuePair.Create(domain.Name, domain))),
            Recipients = Recipients.AddRange(rows.Select(row => row.Recipient).OfType<StoredRecipient>().Select(recipient => KeyValuePair.Create(recipient.Address, recipient))),
        };
        return rows.Select(row => row.Notice).OfType<StoredNotice>().Aggregate(state, (all, notice) => all.WithNotice(notice)).Indexed();
    }

    public IEnumerable<StoredNotice> WaitingOf(string channel) => WaitingIds.TryGetValue(channel, out var ids) ? ids.Select(id => Notices[id]) : [];

    public NotificationsState WithChannel(StoredChannel channel)
    {
        var next = this with { Channels = Channels.SetItem(channel.Id, channel) };
        return Channels.TryGetValue(channel.Id, out var before) && before.IsWanted == channel.IsWanted && before.Since == channel.Since && ReferenceEquals(before.Content, channel.Content) ? next : next.Indexed();
    }

    /// <summary>Removes a channel and its notices.</summary>
    public NotificationsState WithoutChannel(string id) =>
        (WithoutNotices([.. Notices.Values.Where(notice => notice.Channel == id).Select(notice => notice.Content.Id)]) with { Channels = Channels.Remove(id) }).Indexed();

    public NotificationsState WithDomain(WatchedDomain domain) =>
        this with { Domains = Domains.SetItem(domain.Name, domain), Busy = IsBusy(domain) ? Busy.Add(domain.Name) : Busy.Remove(domain.Name) };

    public NotificationsState WithoutDomain(string name) => this with { Domains = Domains.Remove(name), Busy = Busy.Remove(name) };

    /// <summary>Without channels nothing is followed.</summary>
    public NotificationsState WithoutDomains() => this with { Domains = Domains.Clear(), Busy = Busy.Clear(), IsLoaded = false };

    public NotificationsState WithNotice(StoredNotice notice)
    {
        var id = notice.Content.Id;
        var waiting = WaitingIds.GetValueOrDefault(notice.Channel) ?? ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
        return this with { Notices = Notices.SetItem(id, notice), WaitingIds = WaitingIds.SetItem(notice.Channel, notice.Outcome == NoticeOutcome.Waiting ? waiting.Add(id) : waiting.Remove(id)) };
    }

    public NotificationsState WithoutNotices(IReadOnlyCollection<string> ids)
    {
        var waiting = WaitingIds;
        foreach (var notice in ids.Select(id => Notices[id]))
        {
            if (waiting.TryGetValue(notice.Channel, out var some))
                waiting = waiting.SetItem(notice.Channel, some.Remove(notice.Content.Id));
        }
        return this with { Notices = Notices.RemoveRange(ids), WaitingIds = waiting };
    }

    public NotificationsState WithRecipient(StoredRecipient recipient) => this with { Recipients = Recipients.SetItem(recipient.Address, recipient) };

    public NotificationsState WithoutRecipients(IEnumerable<string> addresses) => this with { Recipients = Recipients.RemoveRange(addresses) };

    /// <summary>With <see cref="Busy"/> computed again.</summary>
    internal NotificationsState Indexed() => this with { Busy = Busy.Clear().Union(Domains.Values.Where(IsBusy).Select(domain => domain.Name)) };

    private bool IsBusy(WatchedDomain domain) =>
        domain.Alerts.IsEmpty || domain.Alerts.Any(alert => !alert.IsOpen || Channels.Values.Any(channel => AlertWatch.IsOwed(channel, domain.Name, alert)));
}

/// <summary>A row of the state: exactly one member is set.</summary>
internal sealed record NotificationRow
{
    [JsonPropertyName("channel")] public StoredChannel? Channel { get; init; }
    [JsonPropertyName("domain")] public WatchedDomain? Domain { get; init; }
    [JsonPropertyName("notice")] public StoredNotice? Notice { get; init; }
    [JsonPropertyName("recipient")] public StoredRecipient? Recipient { get; init; }
}

internal sealed record StoredChannel
{
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("content")] public required ChannelContent Content { get; init; }
    [JsonPropertyName("values")] public required ChannelValues Values { get; init; }
    [JsonPropertyName("createdAt")] public required DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("createdBy")] public required string CreatedBy { get; init; }

    /// <summary>Alerts that were open before are not sent, unless they get worse.</summary>
    [JsonPropertyName("since")] public required DateTimeOffset Since { get; init; }
    [JsonPropertyName("pause")] public ChannelPause? Pause { get; init; }

    /// <summary>Increases with each change of the channel, so that the result of an attempt with earlier settings is recognised.</summary>
    [JsonPropertyName("version")] public int Version { get; init; }

    /// <summary>The address whose reader must confirm before anything but the request is sent there; null: no confirmation is needed.</summary>
    [JsonPropertyName("recipient")] public string? Recipient { get; init; }
    [JsonPropertyName("confirmedAt")] public DateTimeOffset? ConfirmedAt { get; init; }

    /// <summary>Of a paused channel: when it is tried again; null: it is not tried.</summary>
    [JsonPropertyName("trialAt")] public DateTimeOffset? TrialAt { get; init; }

    /// <summary>Paused, and tried again now: the first result decides.</summary>
    [JsonPropertyName("isOnTrial")] public bool IsOnTrial { get; init; }

    /// <summary>The receiver asked that nothing is sent before this time.</summary>
    [JsonPropertyName("notBefore")] public DateTimeOffset? NotBefore { get; init; }
    [JsonPropertyName("deliveredAt")] public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Notices delivered on the day (UTC) <see cref="SentOn"/>.</summary>
    [JsonPropertyName("sent")] public int Sent { get; init; }
    [JsonPropertyName("sentOn")] public DateOnly SentOn { get; init; }

    /// <summary>Kinds of which notices were made recently.</summary>
    [JsonPropertyName("bursts")] public ImmutableArray<Burst> Bursts { get; init; } = [];

    /// <summary>The end of the last digest's period.</summary>
    [JsonPropertyName("digestAt")] public required DateTimeOffset DigestAt { get; init; }

    /// <summary>Alerts raised and resolved since.</summary>
    [JsonPropertyName("raised")] public int Raised { get; init; }
    [JsonPropertyName("resolved")] public int Resolved { get; init; }

    /// <summary>Whether its owner and its recipient want notices.</summary>
    [JsonIgnore] public bool IsWanted => Content.IsOn && (Recipient is null || ConfirmedAt is not null);

    /// <summary>Whether notices are sent now.</summary>
    [JsonIgnore] public bool IsActive => IsWanted && (Pause is null || IsOnTrial);

    [JsonIgnore] public bool GetsDigests => IsWanted && Pause is null && Content.Digest;
}

/// <summary>The last request to an address to confirm.</summary>
internal sealed record StoredRecipient
{
    [JsonPropertyName("address")] public required string Address { get; init; }

    /// <summary>Proves that the mail was read; empty: withdrawn.</summary>
    [JsonPropertyName("code")] public required string Code { get; init; }
    [JsonPropertyName("askedAt")] public required DateTimeOffset AskedAt { get; init; }
    [JsonPropertyName("askedBy")] public required string AskedBy { get; init; }
}

/// <summary>A notice of a group of alerts was made: the next ones of this group wait for each other.</summary>
/// <param name="Group">The kind of the alerts, and whether they were raised or resolved.</param>
/// <param name="Window">How long the next ones are collected.</param>
/// <param name="Until">Alerts after this time begin a new burst.</param>
internal sealed record Burst(
    [property: JsonPropertyName("group")] string Group,
    [property: JsonPropertyName("window")] TimeSpan Window,
    [property: JsonPropertyName("until")] DateTimeOffset Until);

/// <summary>The alerts of a domain; the empty name is the workspace itself.</summary>
internal sealed record WatchedDomain
{
    [JsonPropertyName("name")] public required string Name { get; init; }
    [JsonPropertyName("revision")] public long Revision { get; init; }
    [JsonPropertyName("updatedAt")] public DateTimeOffset UpdatedAt { get; init; }
    [JsonPropertyName("alerts")] public ImmutableArray<WatchedAlert> Alerts { get; init; } = [];
}

/// <summary>An open alert, or a resolved one whose end is still to be sent.</summary>
internal sealed record WatchedAlert
{
    [JsonPropertyName("alert")] public required StoredAlert Alert { get; init; }
    [JsonPropertyName("severity")] public required NoticeSeverity Severity { get; init; }

    /// <summary>When it was raised, last got worse, or was resolved, as this state learned it.</summary>
    [JsonPropertyName("changedAt")] public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What each channel was notified of last, by the channel's id.</summary>
    [JsonPropertyName("told")] public ImmutableSortedDictionary<string, ToldAlert> Told { get; init; } = ImmutableSortedDictionary.Create<string, ToldAlert>(StringComparer.Ordinal);

    [JsonIgnore] public bool IsOpen => Alert.ResolvedAt is null;
}

/// <summary>What a channel was notified of about an alert.</summary>
/// <param name="Cause">The notice's key of the cause; later notices of the alert have the same.</param>
/// <param name="Steps">The notices of it, each with a higher severity than the one before, or at the end of a snooze.</param>
internal sealed record ToldAlert([property: JsonPropertyName("cause")] string Cause, [property: JsonPropertyName("steps")] ImmutableArray<ToldStep> Steps)
{
    [JsonIgnore] public NoticeSeverity Severity => Steps.Max(step => step.Severity);

    /// <summary>The end of the last snooze that the channel was notified of.</summary>
    [JsonIgnore] public DateTimeOffset? StillOpenAt => Steps.Max(step => step.StillOpenAt);
}

/// <summary>One notice of an alert.</summary>
/// <param name="StillOpenAt">The end of the alert's last snooze at that time.</param>
internal sealed record ToldStep(
    [property: JsonPropertyName("severity")] NoticeSeverity Severity,
    [property: JsonPropertyName("notice")] string Notice,
    [property: JsonPropertyName("stillOpenAt")] DateTimeOffset? StillOpenAt = null);

internal sealed record StoredNotice
{
    [JsonPropertyName("channel")] public required string Channel { get; init; }
    [JsonPropertyName("content")] public required NoticeContent Content { get; init; }
    [JsonPropertyName("outcome")] public NoticeOutcome Outcome { get; init; }
    [JsonPropertyName("attempts")] public int Attempts { get; init; }
    [JsonPropertyName("firstAttemptAt")] public DateTimeOffset? FirstAttemptAt { get; init; }
    [JsonPropertyName("lastAttemptAt")] public DateTimeOffset? LastAttemptAt { get; init; }
    [JsonPropertyName("answer")] public string Answer { get; init; } = "";
    [JsonPropertyName("nextAttemptAt")] public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>An attempt has begun, so the receiver may know of it. Stored before the attempt.</summary>
    [JsonPropertyName("isBegun")] public bool IsBegun { get; init; }

    /// <summary>How long attempts have failed. Excludes the time in which the service was down and tried nothing.</summary>
    [JsonPropertyName("failing")] public TimeSpan Failing { get; init; }

    /// <summary>The same for faults of the service itself.</summary>
    [JsonPropertyName("unavailable")] public TimeSpan Unavailable { get; init; }
    [JsonPropertyName("refusals")] public int Refusals { get; init; }
    [JsonPropertyName("refusedSince")] public DateTimeOffset? RefusedSince { get; init; }

    public NoticeRecord ToRecord() => new()
    {
        Channel = Channel,
        Content = Content,
        Outcome = Outcome,
        Attempts = Attempts,
        LastAttemptAt = LastAttemptAt,
        Answer = Answer,
        NextAttemptAt = NextAttemptAt,
    };
}
