using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Reports;

internal sealed record QuarantineState : IStateWithElements
{
    /// <summary>Oldest first.</summary>
    [JsonIgnore] public ImmutableList<QuarantineItem> Items { get; init; } = [];

    /// <summary>Removed items whose envelopes must still be deleted.</summary>
    [JsonPropertyName("discarding")] public ImmutableArray<string> Discarding { get; init; } = [];

    /// <summary>Items to replay: a copy of each was counted.</summary>
    [JsonPropertyName("copies")] public ImmutableArray<string> Copies { get; init; } = [];

    /// <summary>Number of items ever deleted because it was full.</summary>
    [JsonPropertyName("dropped")] public long Dropped { get; init; }

    [JsonPropertyName("lastDropped")] public DateTimeOffset? LastDropped { get; init; }

    [JsonIgnore] public IReadOnlyDictionary<string, object> Elements => Items.ToDictionary(item => item.Id, object (item) => item, StringComparer.Ordinal);

    public IStateWithElements With(IEnumerable<BinaryData> elements, IGrainStorageSerializer serializer) =>
        this with { Items = [.. elements.Select(element => serializer.Deserialize<QuarantineItem>(element)!).OrderBy(item => item.PutAt)] };
}
