using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Storage;
using Orleans.Storage;

namespace MtaSts.Grains.Workspaces;

internal sealed record WorkspaceState : IStateWithElements
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("plan")] public Plan Plan { get; init; }
    [JsonPropertyName("members")] public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Claimed domains, sorted ordinally.</summary>
    [JsonIgnore] public ImmutableSortedSet<string> Domains { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    [JsonPropertyName("tokens")] public ImmutableArray<StoredApiToken> Tokens { get; init; } = [];

    /// <summary>Reports that are not signed by their submitter are quarantined instead of counted.</summary>
    [JsonPropertyName("keepsOutUnauthenticated")] public bool KeepsOutUnauthenticated { get; init; }

    /// <summary>Set while domains must be notified that the plan has lapsed.</summary>
    [JsonPropertyName("lapse")] public StoredLapse? Lapse { get; init; }

    /// <summary>Set while the workspace is being deleted.</summary>
    [JsonPropertyName("deletion")] public StoredDeletion? Deletion { get; init; }

    [JsonIgnore] public IReadOnlyDictionary<string, object> Elements => Domains.ToDictionary(domain => domain, object (domain) => domain, StringComparer.Ordinal);

    public IStateWithElements With(IEnumerable<BinaryData> elements, IGrainStorageSerializer serializer) =>
        this with { Domains = Domains.Union(elements.Select(element => serializer.Deserialize<string>(element)!)) };
}

internal sealed record StoredLapse
{
    /// <summary>The actor who changed the plan; recorded as "by" in the resulting changes.</summary>
    [JsonPropertyName("by")] public required string By { get; init; }

    /// <summary>The last notified domain; null: none yet.</summary>
    [JsonPropertyName("after")] public string? After { get; init; }
}

/// <summary>An API token: the hash, never the token.</summary>
internal sealed record StoredApiToken
{
    [JsonPropertyName("hash")] public required string Hash { get; init; }
    [JsonPropertyName("name")] public required string Name { get; init; }
    [JsonPropertyName("createdAt")] public required DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("createdBy")] public required string CreatedBy { get; init; }
}

internal sealed record StoredDeletion
{
    [JsonPropertyName("at")] public required DateTimeOffset At { get; init; }
    [JsonPropertyName("by")] public required string By { get; init; }
}
