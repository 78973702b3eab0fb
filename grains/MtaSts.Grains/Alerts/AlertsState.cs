using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Alerts;

/// <summary>The alerts of one claim, and the conditions of each source.</summary>
internal sealed record AlertsState
{
    [JsonPropertyName("sources")] public ImmutableArray<SourceConditions> Sources { get; init; } = [];

    /// <summary>Open and resolved alerts, oldest first.</summary>
    [JsonPropertyName("alerts")] public ImmutableArray<StoredAlert> Alerts { get; init; } = [];

    /// <summary>Number of the last alert raised.</summary>
    [JsonPropertyName("last")] public long Last { get; init; }

    /// <summary>Increases with each change of <see cref="Alerts"/>: orders the calls to the workspace's index.</summary>
    [JsonPropertyName("revision")] public long Revision { get; init; }

    /// <summary>Revisions up to this one belong to a removed claim.</summary>
    [JsonPropertyName("erased")] public long Erased { get; init; }
    [JsonPropertyName("erasedAt")] public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The muted kinds.</summary>
    [JsonPropertyName("mutes")] public ImmutableSortedDictionary<string, StoredHandling> Mutes { get; init; } = ImmutableSortedDictionary.Create<string, StoredHandling>(StringComparer.Ordinal);

    /// <summary>Only the tombstone that rejects delayed calls is left.</summary>
    public bool IsTombstone() => Erased > 0 && Sources.IsEmpty && Alerts.IsEmpty && Mutes.IsEmpty;
}

/// <summary>A stored alert without text; texts are generated for display.</summary>
internal sealed record StoredAlert
{
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("kind")] public required string Kind { get; init; }
    [JsonPropertyName("parameters")] public ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
    [JsonPropertyName("sources")] public ImmutableArray<AlertSource> Sources { get; init; } = [];

    /// <summary>The revision that raised it.</summary>
    [JsonPropertyName("raisedBy")] public long RaisedBy { get; init; }
    [JsonPropertyName("raisedAt")] public required DateTimeOffset RaisedAt { get; init; }
    [JsonPropertyName("updatedAt")] public required DateTimeOffset UpdatedAt { get; init; }
    [JsonPropertyName("resolvedAt")] public DateTimeOffset? ResolvedAt { get; init; }
    [JsonPropertyName("acknowledged")] public StoredHandling? Acknowledged { get; init; }
    [JsonPropertyName("snoozed")] public StoredHandling? Snoozed { get; init; }

    /// <summary>A copy of the mute of its kind.</summary>
    [JsonPropertyName("muted")] public StoredHandling? Muted { get; init; }

    /// <summary>When the date of a snooze last came while it was open.</summary>
    [JsonPropertyName("stillOpenAt")] public DateTimeOffset? StillOpenAt { get; init; }

    /// <summary>Its history, oldest first. Only the claim's own list keeps it.</summary>
    [JsonPropertyName("events")] public ImmutableArray<StoredEvent> Events { get; init; } = [];

    [JsonIgnore] public bool IsOpen => ResolvedAt is null;

    /// <summary>Whether it sends no notices that it is open.</summary>
    [JsonIgnore] public bool IsSilent => Acknowledged is not null || Snoozed is not null || Muted is not null;

    public static StoredAlert Of(AlertView view) => new()
    {
        Id = view.Id,
        Kind = view.Kind,
        Parameters = view.Parameters,
        Sources = [.. view.Sources],
        RaisedAt = view.RaisedAt,
        UpdatedAt = view.UpdatedAt,
        ResolvedAt = view.ResolvedAt,
        Acknowledged = StoredHandling.Of(view.Acknowledged),
        Snoozed = StoredHandling.Of(view.Snoozed),
        Muted = StoredHandling.Of(view.Muted),
        StillOpenAt = view.StillOpenAt,
    };

    /// <summary>With a further event. The first event and the latest ones are kept.</summary>
    public StoredAlert With(AlertEventKind kind, DateTimeOffset at, string? by = null, string? reason = null, DateTimeOffset? until = null)
    {
        var kept = Events.Length < AlertDetail.MaxEvents ? Events : Events.RemoveAt(1);
        return this with { Events = kept.Add(new StoredEvent(kind, at, by, reason, until)) };
    }

    public AlertView ToView(string domain) => new()
    {
        Id = Id,
        Domain = domain,
        Kind = Kind,
        Parameters = Parameters,
        Sources = Sources,
        RaisedAt = RaisedAt,
        UpdatedAt = UpdatedAt,
        ResolvedAt = ResolvedAt,
        Acknowledged = Acknowledged?.ToHandling(),
        Snoozed = Snoozed?.ToHandling(),
        Muted = Muted?.ToHandling(),
        StillOpenAt = StillOpenAt,
    };
}
