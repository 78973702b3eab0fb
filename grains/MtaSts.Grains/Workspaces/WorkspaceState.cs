using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Workspaces;

internal sealed record WorkspaceState
{
    [JsonPropertyName("name")] public string Name { get; init; } = "";
    [JsonPropertyName("plan")] public Plan Plan { get; init; }
    [JsonPropertyName("members")] public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>Claimed domains, sorted ordinally whatever order a set read from storage comes in.</summary>
    [JsonPropertyName("domains")]
    public ImmutableSortedSet<string> Domains
    {
        get;
        init => field = value.WithComparer(StringComparer.Ordinal);
    } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
    [JsonPropertyName("tokens")] public ImmutableArray<StoredApiToken> Tokens { get; init; } = [];

    /// <summary>Reports that are not signed by their submitter stand in quarantine instead of being counted.</summary>
    [JsonPropertyName("keepsOutUnauthenticated")] public bool KeepsOutUnauthenticated { get; init; }

    /// <summary>The plan lapsed and these hosted domains have not been told yet.</summary>
    [JsonPropertyName("lapsing")] public ImmutableArray<string> Lapsing { get; init; } = [];

    /// <summary>Who let it lapse; stands as "by" in what follows from it.</summary>
    [JsonPropertyName("lapsingBy")] public string? LapsingBy { get; init; }

    /// <summary>Set while the workspace is being deleted.</summary>
    [JsonPropertyName("deletion")] public StoredDeletion? Deletion { get; init; }
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
