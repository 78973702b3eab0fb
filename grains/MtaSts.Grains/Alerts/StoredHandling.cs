using System.Text.Json.Serialization;
using MtaSts.Modules.Notices;

namespace MtaSts.Grains.Alerts;

/// <summary>A stored acknowledgement, snooze or mute.</summary>
internal sealed record StoredHandling
{
    [JsonPropertyName("at")] public required DateTimeOffset At { get; init; }
    [JsonPropertyName("by")] public required string By { get; init; }
    [JsonPropertyName("reason")] public string? Reason { get; init; }
    [JsonPropertyName("until")] public DateTimeOffset? Until { get; init; }

    /// <summary>Severity of the alert when this was decided: a higher one ends it.</summary>
    [JsonPropertyName("severity")] public NoticeSeverity Severity { get; init; }

    public static StoredHandling? Of(AlertHandling? handling) =>
        handling is null ? null : new() { At = handling.At, By = handling.By, Reason = handling.Reason, Until = handling.Until };

    public AlertHandling ToHandling() => new(At, By, Reason, Until);
}

/// <summary>A stored event of an alert's history.</summary>
internal sealed record StoredEvent(
    [property: JsonPropertyName("kind")] AlertEventKind Kind,
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("by")] string? By = null,
    [property: JsonPropertyName("reason")] string? Reason = null,
    [property: JsonPropertyName("until")] DateTimeOffset? Until = null)
{
    public AlertEvent ToEvent() => new(Kind, At, By, Reason, Until);
}
