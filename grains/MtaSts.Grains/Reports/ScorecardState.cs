using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>One claim's month as earlier builds kept it: what was counted, and the aggregates.</summary>
internal sealed record ScorecardState
{
    /// <summary>Every report counted, by identity. Never cut: it is what makes counting happen once.</summary>
    [JsonPropertyName("counted")] public ImmutableDictionary<string, MonthReportState> Counted { get; init; } = ImmutableDictionary<string, MonthReportState>.Empty;

    /// <summary>By day of the month.</summary>
    [JsonPropertyName("days")] public ImmutableSortedDictionary<int, DayState> Days { get; init; } = ImmutableSortedDictionary<int, DayState>.Empty;

    /// <summary>Counted reports with details, for lists; capped.</summary>
    [JsonPropertyName("entries")] public ImmutableList<ReportEntry> Entries { get; init; } = [];

    /// <summary>What is still there of the reports.</summary>
    [JsonPropertyName("kept")] public Kept Kept { get; init; }

    /// <summary>The envelope up to which, in ordinal order, the step after <see cref="Kept"/> has been taken.</summary>
    [JsonPropertyName("letGoTo")] public string? LetGoTo { get; init; }
}

/// <summary>A report that was counted.</summary>
internal sealed record MonthReportState([property: JsonPropertyName("c")] string ContentHash, [property: JsonPropertyName("e")] string EnvelopeId);
