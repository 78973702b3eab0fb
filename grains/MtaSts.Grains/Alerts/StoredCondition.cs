using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Alerts;

/// <summary>A stored condition. Equal when kind and facts are equal.</summary>
internal sealed record StoredCondition
{
    [JsonPropertyName("kind")] public required string Kind { get; init; }
    [JsonPropertyName("parameters")] public ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    public static StoredCondition Of(AlertCondition condition) => new() { Kind = condition.Kind, Parameters = condition.Parameters };

    public AlertCondition ToCondition() => new() { Kind = Kind, Parameters = Parameters };

    public bool Equals(StoredCondition? other) => other is not null && ToCondition().Equals(other.ToCondition());

    public override int GetHashCode() => ToCondition().GetHashCode();
}

/// <summary>The conditions of one source for a claim.</summary>
internal sealed record SourceConditions(
    [property: JsonPropertyName("source")] AlertSource Source,
    [property: JsonPropertyName("revision")] long Revision,
    [property: JsonPropertyName("conditions")] ImmutableArray<StoredCondition> Conditions);
