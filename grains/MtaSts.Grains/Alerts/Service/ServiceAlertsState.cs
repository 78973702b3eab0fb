using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Alerts.Service;

/// <summary>The conditions of the service by silo.</summary>
internal sealed record ServiceAlertsState
{
    [JsonPropertyName("silos")] public ImmutableSortedDictionary<string, SiloConditions> Silos { get; init; } = ImmutableSortedDictionary.Create<string, SiloConditions>(StringComparer.Ordinal);

    /// <summary>Increases with each change: the revision of the alerts' source.</summary>
    [JsonPropertyName("revision")] public long Revision { get; init; }
}

/// <summary>The conditions of one silo.</summary>
/// <param name="Revision">Of the last report that changed something.</param>
internal sealed record SiloConditions(
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("conditions")] ImmutableArray<SiloCondition> Conditions);

/// <summary>A condition that a silo has reported.</summary>
/// <param name="IsConfirmed">It is an alert. False: one report contained it.</param>
/// <param name="IsMissed">It is an alert, but the last report did not contain it.</param>
internal sealed record SiloCondition(
    [property: JsonPropertyName("condition")] StoredCondition Condition,
    [property: JsonPropertyName("confirmed")] bool IsConfirmed,
    [property: JsonPropertyName("missed")] bool IsMissed);
