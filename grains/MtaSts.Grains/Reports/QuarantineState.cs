using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

internal sealed record QuarantineState
{
    /// <summary>Oldest first.</summary>
    [JsonPropertyName("items")] public ImmutableList<QuarantineItem> Items { get; init; } = [];

    /// <summary>Out of the list, their envelopes still to be deleted.</summary>
    [JsonPropertyName("discarding")] public ImmutableArray<string> Discarding { get; init; } = [];

    /// <summary>To be replayed: a copy of each was counted.</summary>
    [JsonPropertyName("copies")] public ImmutableArray<string> Copies { get; init; } = [];

    /// <summary>How many went because it was full, ever.</summary>
    [JsonPropertyName("dropped")] public long Dropped { get; init; }

    [JsonPropertyName("lastDropped")] public DateTimeOffset? LastDropped { get; init; }
}
