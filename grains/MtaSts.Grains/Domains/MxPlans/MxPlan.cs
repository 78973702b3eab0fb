using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Domains;

/// <summary>A planned change of MX hosts, and what was seen of it. The steps follow from this and the state of the domain, see <see cref="MxPlanSteps"/>.</summary>
internal sealed record MxPlan
{
    /// <summary>Maximum number of hosts in <see cref="OldMx"/>: external data is bounded.</summary>
    public const int MaxOldMx = 50;

    /// <summary>The MX hosts to come.</summary>
    [JsonPropertyName("mx")] public required ImmutableArray<string> Mx { get; init; }

    /// <summary>When these hosts were entered.</summary>
    [JsonPropertyName("since")] public required DateTimeOffset Since { get; init; }

    /// <summary>Hosts that were MX since the plan began and are not to stay.</summary>
    [JsonPropertyName("oldMx")] public ImmutableArray<string> OldMx { get; init; } = [];

    /// <summary>The longest TTL seen of MX records that name an old host, in seconds.</summary>
    [JsonPropertyName("oldMxTtl")] public int? OldMxTtl { get; init; }

    /// <summary>Number of the version whose id was in the DNS before that of a version with the new hosts; 0: an unknown id. Null: no id was seen.</summary>
    [JsonPropertyName("publishedBefore")] public int? PublishedBefore { get; init; }

    /// <summary>Since when the id of a version with the new hosts is seen in the DNS; null while it is not.</summary>
    [JsonPropertyName("idSeenAt")] public DateTimeOffset? IdSeenAt { get; init; }

    /// <summary>Since when the MX records are seen to name the new hosts and no others; null while they do not.</summary>
    [JsonPropertyName("switchedAt")] public DateTimeOffset? SwitchedAt { get; init; }

    /// <summary>The steps that the owner has skipped.</summary>
    [JsonPropertyName("skips")] public ImmutableArray<MxPlanSkip> Skips { get; init; } = [];

    /// <summary>When all steps were seen done. The plan is not followed any more.</summary>
    [JsonPropertyName("doneAt")] public DateTimeOffset? DoneAt { get; init; }

    [JsonIgnore] public bool IsRunning => DoneAt is null;
}

/// <summary>A skipped step. Not valid any more when the plan has gone back to an earlier step since.</summary>
internal sealed record MxPlanSkip([property: JsonPropertyName("step")] MxPlanStep Step, [property: JsonPropertyName("at")] DateTimeOffset At);

/// <summary>An entry of the history of a claim's plans; see <see cref="MxPlanEvent"/>.</summary>
internal sealed record MxPlanEntry(
    [property: JsonPropertyName("at")] DateTimeOffset At,
    [property: JsonPropertyName("change")] MxPlanChange Change,
    [property: JsonPropertyName("by")] string? By,
    [property: JsonPropertyName("step")] MxPlanStep? Step,
    [property: JsonPropertyName("mx")] ImmutableArray<string> Mx);
