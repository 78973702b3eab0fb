using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains;

/// <summary>The facts of a notice, from which <see cref="INoticeWriter"/> makes its texts.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.NoticeContent")]
public sealed record NoticeContent
{
    /// <summary>See <see cref="Notice.Id"/>: the same at each attempt.</summary>
    [Id(0), JsonPropertyName("id")] public required string Id { get; init; }
    [Id(1), JsonPropertyName("kind")] public required NoticeKind Kind { get; init; }
    [Id(2), JsonPropertyName("severity")] public required NoticeSeverity Severity { get; init; }

    /// <summary>See <see cref="Notice.CauseKey"/>.</summary>
    [Id(3), JsonPropertyName("cause")] public required string Cause { get; init; }
    [Id(4), JsonPropertyName("createdAt")] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Alerts of one kind, the earliest first; the others are only counted in <see cref="Total"/>.</summary>
    [Id(5), JsonPropertyName("alerts")] public ImmutableArray<NoticeAlert> Alerts { get; init; } = [];

    /// <summary>Number of alerts that it tells.</summary>
    [Id(6), JsonPropertyName("total")] public int Total { get; init; }

    /// <summary>Of a digest.</summary>
    [Id(7), JsonPropertyName("digest")] public DigestFacts? Digest { get; init; }

    /// <summary>Of a request to the recipient.</summary>
    [Id(8), JsonPropertyName("confirmation")] public ConfirmationFacts? Confirmation { get; init; }
}

/// <summary>Asks the recipient of a channel to confirm that its notices may be sent.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ConfirmationFacts")]
public sealed record ConfirmationFacts
{
    [Id(0), JsonPropertyName("address")] public required string Address { get; init; }
    [Id(1), JsonPropertyName("workspaceId")] public required string WorkspaceId { get; init; }

    /// <summary>The workspace's name.</summary>
    [Id(2), JsonPropertyName("workspace")] public required string Workspace { get; init; }

    /// <summary>Who asks: a member, or a program of the workspace.</summary>
    [Id(3), JsonPropertyName("by")] public required string By { get; init; }

    /// <summary>Proves that the mail was read. Never shown to the workspace.</summary>
    [Id(4), JsonPropertyName("code")] public required string Code { get; init; }

    /// <summary>When the request expires.</summary>
    [Id(5), JsonPropertyName("until")] public required DateTimeOffset Until { get; init; }
}

/// <summary>An alert as it was when the notice was made.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.NoticeAlert")]
public sealed record NoticeAlert
{
    /// <summary>Empty: it concerns the workspace.</summary>
    [Id(0), JsonPropertyName("domain")] public required string Domain { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>, or <see cref="ChannelPaused"/>.</summary>
    [Id(1), JsonPropertyName("kind")] public required string Kind { get; init; }
    [Id(2), JsonPropertyName("parameters")] public ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
    [Id(3), JsonPropertyName("raisedAt")] public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>Null while it is open.</summary>
    [Id(4), JsonPropertyName("resolvedAt")] public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The channel was notified of it before, with a lower severity.</summary>
    [Id(5), JsonPropertyName("isWorse")] public bool IsWorse { get; init; }

    /// <summary>The date of its snooze has come.</summary>
    [Id(6), JsonPropertyName("isStillOpen")] public bool IsStillOpen { get; init; }

    /// <summary>Kind of the alert that a channel was paused: known to the channels only. <c>channel</c>, <c>reported</c></summary>
    public const string ChannelPaused = "channel-paused";

    /// <summary>Parameter: the name of the paused channel.</summary>
    public const string Channel = "channel";
}

/// <summary>What a digest tells of its period.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.DigestFacts")]
public sealed record DigestFacts
{
    [Id(0), JsonPropertyName("from")] public required DateTimeOffset From { get; init; }
    [Id(1), JsonPropertyName("until")] public required DateTimeOffset Until { get; init; }

    /// <summary>Alerts raised and resolved in the period.</summary>
    [Id(2), JsonPropertyName("raised")] public int Raised { get; init; }
    [Id(3), JsonPropertyName("resolved")] public int Resolved { get; init; }

    /// <summary>Open alerts that are not muted, the most severe first; the others are only counted in <see cref="Open"/>.</summary>
    [Id(4), JsonPropertyName("openAlerts")] public ImmutableArray<NoticeAlert> OpenAlerts { get; init; } = [];
    [Id(5), JsonPropertyName("open")] public int Open { get; init; }

    /// <summary>Domains by what senders get from this service: a mode, or <c>unhosted</c>.</summary>
    [Id(6), JsonPropertyName("modes")] public ImmutableSortedDictionary<string, int> Modes { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Domains of the channel.</summary>
    [Id(7), JsonPropertyName("domains")] public int Domains { get; init; }

    /// <summary>Domains that <see cref="Modes"/> and the sessions leave out, because there are too many.</summary>
    [Id(8), JsonPropertyName("unread")] public int Unread { get; init; }

    /// <summary>Sessions that senders reported in the period.</summary>
    [Id(9), JsonPropertyName("successful")] public long Successful { get; init; }
    [Id(10), JsonPropertyName("failed")] public long Failed { get; init; }

    /// <summary>Open alerts whose kind is muted; they are not in <see cref="Open"/>.</summary>
    [Id(11), JsonPropertyName("muted")] public int Muted { get; init; }
}

/// <summary>What became of a notice.</summary>
[GenerateSerializer, Alias("MtaSts.NoticeOutcome")]
public enum NoticeOutcome
{
    /// <summary>Not delivered yet.</summary>
    Waiting,

    /// <summary>The receiver has accepted it.</summary>
    Delivered,

    /// <summary>The receiver has refused it for good.</summary>
    Refused,

    /// <summary>It failed for as long as notices are repeated.</summary>
    GivenUp,

    /// <summary>It was not sent, because its channel was paused, switched off or changed.</summary>
    Dropped,
}

/// <summary>A line of the delivery log.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.NoticeRecord")]
public sealed record NoticeRecord
{
    [Id(0)] public required string Channel { get; init; }

    /// <summary>A delivered or dropped notice keeps only the first of its alerts.</summary>
    [Id(1)] public required NoticeContent Content { get; init; }
    [Id(2)] public required NoticeOutcome Outcome { get; init; }
    [Id(3)] public required int Attempts { get; init; }
    [Id(4)] public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>The receiver's last answer, or what failed; empty before the first attempt.</summary>
    [Id(5)] public required string Answer { get; init; }

    /// <summary>Null when there is no further attempt.</summary>
    [Id(6)] public DateTimeOffset? NextAttemptAt { get; init; }
}
