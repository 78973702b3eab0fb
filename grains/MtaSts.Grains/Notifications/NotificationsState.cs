using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Alerts;
using MtaSts.Grains.Storage;
using MtaSts.Modules.Notices;
using Orleans.Storage;

namespace MtaSts.Grains.Notifications;

/// <summary>
/// The channels of a workspace, the alerts with what each channel was told of them, and the notices. What is still to be told follows from the difference between an alert and
/// what a channel was told, so its amount is bounded by the number of alerts.
/// </summary>
internal sealed record NotificationsState : IStateWithElements
{
    /// <summary>Number of the last notice.</summary>
    [JsonPropertyName("last")] public long Last { get; init; }

    /// <summary>The tests of the last hour.</summary>
    [JsonPropertyName("tests")] public ImmutableArray<DateTimeOffset> Tests { get; init; } = [];

    /// <summary>By id.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, StoredChannel> Channels { get; init; } = ImmutableSortedDictionary.Create<string, StoredChannel>(StringComparer.Ordinal);

    /// <summary>The domains that have alerts, or had them recently, by name.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, WatchedDomain> Domains { get; init; } = ImmutableSortedDictionary.Create<string, WatchedDomain>(StringComparer.Ordinal);

    /// <summary>Waiting and past notices by id.</summary>
    [JsonIgnore] public ImmutableSortedDictionary<string, StoredNotice> Notices { get; init; } = ImmutableSortedDictionary.Create<string, StoredNotice>(StringComparer.Ordinal);

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
            return rows;
        }
    }

    public IStateWithElements With(IEnumerable<BinaryData> elements, IGrainStorageSerializer serializer)
    {
        NotificationRow[] rows = [.. elements.Select(element => serializer.Deserialize<NotificationRow>(element)!)];
        return this with
        {
            Channels = Channels.AddRange(rows.Select(row => row.Channel).OfType<StoredChannel>().Select(channel => KeyValuePair.Create(channel.Id, channel))),
            Domains = Domains.AddRange(rows.Select(row => row.Domain).OfType<WatchedDomain>().Select(domain => KeyValuePair.Create(domain.Name, domain))),
            Notices = Notices.AddRange(rows.Select(row => row.Notice).OfType<StoredNotice>().Select(notice => KeyValuePair.Create(notice.Content.Id, notice))),
        };
    }

    public IEnumerable<StoredNotice> WaitingOf(string channel) => Notices.Values.Where(notice => notice.Channel == channel && notice.Outcome == NoticeOutcome.Waiting);

    public NotificationsState WithChannel(StoredChannel channel) => this with { Channels = Channels.SetItem(channel.Id, channel) };

    public NotificationsState WithNotice(StoredNotice notice) => this with { Notices = Notices.SetItem(notice.Content.Id, notice) };
}

/// <summary>A row of the state: exactly one member is set.</summary>
internal sealed record NotificationRow
{
    [JsonPropertyName("channel")] public StoredChannel? Channel { get; init; }
    [JsonPropertyName("domain")] public WatchedDomain? Domain { get; init; }
    [JsonPropertyName("notice")] public StoredNotice? Notice { get; init; }
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

    /// <summary>Kinds of which notices were made recently.</summary>
    [JsonPropertyName("bursts")] public ImmutableArray<Burst> Bursts { get; init; } = [];

    /// <summary>The end of the last digest's period.</summary>
    [JsonPropertyName("digestAt")] public required DateTimeOffset DigestAt { get; init; }

    /// <summary>Alerts raised and resolved since.</summary>
    [JsonPropertyName("raised")] public int Raised { get; init; }
    [JsonPropertyName("resolved")] public int Resolved { get; init; }

    [JsonIgnore] public bool IsActive => Content.IsOn && Pause is null;
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

/// <summary>An open alert, or a resolved one whose end is still to be told.</summary>
internal sealed record WatchedAlert
{
    [JsonPropertyName("alert")] public required StoredAlert Alert { get; init; }
    [JsonPropertyName("severity")] public required NoticeSeverity Severity { get; init; }

    /// <summary>When it was raised, last got worse, or was resolved, as this state learned it.</summary>
    [JsonPropertyName("changedAt")] public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>What each channel was told last, by the channel's id.</summary>
    [JsonPropertyName("told")] public ImmutableSortedDictionary<string, ToldAlert> Told { get; init; } = ImmutableSortedDictionary.Create<string, ToldAlert>(StringComparer.Ordinal);

    [JsonIgnore] public bool IsOpen => Alert.ResolvedAt is null;
}

/// <summary>What a channel was told of an alert.</summary>
/// <param name="Severity">The highest severity told.</param>
/// <param name="Cause">The notice's key of the cause; later notices of the alert have the same.</param>
internal sealed record ToldAlert([property: JsonPropertyName("severity")] NoticeSeverity Severity, [property: JsonPropertyName("cause")] string Cause);

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
