using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>What the reports of a claim's last weeks said, and what of it threatens mail.</summary>
internal sealed record ReportWatchState
{
    /// <summary>The last <see cref="ReporterRules.History"/> days that have reports.</summary>
    [JsonPropertyName("days")] public ImmutableSortedDictionary<DateOnly, WatchedDay> Days { get; init; } = ImmutableSortedDictionary<DateOnly, WatchedDay>.Empty;

    /// <summary>Failures that are an alert now.</summary>
    [JsonPropertyName("failing")] public ImmutableArray<FailingRow> Failing { get; init; } = [];

    /// <summary>At least one report was ever counted.</summary>
    [JsonPropertyName("hasReports")] public bool HasReports { get; init; }

    /// <summary>The last look. After a long time without one, the service itself may have been the reason for missing reports.</summary>
    [JsonPropertyName("lookedAt")] public DateTimeOffset? LookedAt { get; init; }

    /// <summary>Silence is judged from this time on.</summary>
    [JsonPropertyName("silenceFrom")] public DateTimeOffset? SilenceFrom { get; init; }

    /// <summary>Revision of the conditions that the claim's alerts know.</summary>
    [JsonPropertyName("revision")] public long Revision { get; init; }

    /// <summary>Conditions were set at least once.</summary>
    [JsonPropertyName("told")] public bool Told { get; init; }
}

/// <summary>A kind of failure that is an alert: one organisation, one MX host, one result type.</summary>
internal sealed record FailingRow
{
    [JsonPropertyName("organization")] public required string Organization { get; init; }
    [JsonPropertyName("mx")] public required string Mx { get; init; }
    [JsonPropertyName("resultType")] public required string ResultType { get; init; }

    /// <summary>The alert of the MX host's fault that explains it; null: an alert of its own.</summary>
    [JsonPropertyName("kind")] public string? Kind { get; init; }

    /// <summary>The first day of it.</summary>
    [JsonPropertyName("since")] public required DateOnly Since { get; init; }

    /// <summary>The last day on which it was above the threshold.</summary>
    [JsonPropertyName("lastDay")] public required DateOnly LastDay { get; init; }

    /// <summary>Failed sessions of <see cref="LastDay"/>.</summary>
    [JsonPropertyName("failed")] public long Failed { get; init; }

    /// <summary>The organisation's sessions of <see cref="LastDay"/>.</summary>
    [JsonPropertyName("sessions")] public long Sessions { get; init; }
}
