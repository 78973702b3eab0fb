using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>One claim's month: what was counted, and the aggregates.</summary>
internal sealed record ScorecardState
{
    /// <summary>Every report counted, by identity. Never cut: it is what makes counting happen once.</summary>
    [JsonPropertyName("counted")] public ImmutableDictionary<string, CountedReport> Counted { get; init; } = ImmutableDictionary<string, CountedReport>.Empty;

    /// <summary>By day of the month.</summary>
    [JsonPropertyName("days")] public ImmutableSortedDictionary<int, DayState> Days { get; init; } = ImmutableSortedDictionary<int, DayState>.Empty;

    /// <summary>Counted reports with details, for lists; capped.</summary>
    [JsonPropertyName("entries")] public ImmutableList<ReportEntry> Entries { get; init; } = [];
}

/// <summary>A report that was counted.</summary>
internal sealed record CountedReport([property: JsonPropertyName("c")] string ContentHash, [property: JsonPropertyName("e")] string EnvelopeId);

/// <summary>One day's sums.</summary>
internal sealed record DayState
{
    [JsonPropertyName("ok")] public long Successful { get; init; }
    [JsonPropertyName("failed")] public long Failed { get; init; }
    [JsonPropertyName("reports")] public int Reports { get; init; }
    [JsonPropertyName("types")] public ImmutableArray<PolicyTypeTotals> Types { get; init; } = [];
    [JsonPropertyName("organizations")] public ImmutableArray<OrganizationTotals> Organizations { get; init; } = [];
    [JsonPropertyName("failures")] public ImmutableArray<ScorecardFailure> Failures { get; init; } = [];
}
