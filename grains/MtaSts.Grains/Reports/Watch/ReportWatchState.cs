using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Alerts;

namespace MtaSts.Grains.Reports;

/// <summary>What the reports of a claim's last weeks said, and what of it threatens mail.</summary>
internal sealed record ReportWatchState
{
    /// <summary>The last <see cref="ReporterRules.History"/> days that have reports.</summary>
    [JsonPropertyName("days")] public ImmutableSortedDictionary<DateOnly, WatchedDay> Days { get; init; } = ImmutableSortedDictionary<DateOnly, WatchedDay>.Empty;

    /// <summary>When the first report of each organisation of <see cref="Days"/> was noticed; see <see cref="ReporterHistory"/>.</summary>
    [JsonPropertyName("firstSeen")] public ImmutableSortedDictionary<string, DateOnly> FirstSeen { get; init; } = ImmutableSortedDictionary.Create<string, DateOnly>(StringComparer.Ordinal);

    /// <summary>Failures that are an alert now.</summary>
    [JsonPropertyName("failing")] public ImmutableArray<FailingRow> Failing { get; init; } = [];

    /// <summary>Regular reporters that are missing. They stay until they report again: <see cref="Days"/> forgets their reports earlier.</summary>
    [JsonPropertyName("silent")] public ImmutableArray<SilentReporter> Silent { get; init; } = [];

    /// <summary>At least one report was ever counted.</summary>
    [JsonPropertyName("hasReports")] public bool HasReports { get; init; }

    /// <summary>The last look, at most <see cref="ReportLook.WrittenAfter"/> out of date. After a long time without one, the service itself may have been the reason for missing reports.</summary>
    [JsonPropertyName("lookedAt")] public DateTimeOffset? LookedAt { get; init; }

    /// <summary>Missing reports are noticed from this time on.</summary>
    [JsonPropertyName("silenceFrom")] public DateTimeOffset? SilenceFrom { get; init; }

    /// <summary>The conditions for the claim's alerts.</summary>
    [JsonPropertyName("conditions")] public ImmutableArray<StoredCondition> Conditions { get; init; } = [];

    /// <summary>Revision of <see cref="Conditions"/>; zero while there was never one.</summary>
    [JsonPropertyName("revision")] public long Revision { get; init; }

    public bool Equals(ReportWatchState? other) => other is not null
        && (ReferenceEquals(Days, other.Days) || Days.SequenceEqual(other.Days)) && (ReferenceEquals(FirstSeen, other.FirstSeen) || FirstSeen.SequenceEqual(other.FirstSeen))
        && Failing.SequenceEqual(other.Failing) && Silent.SequenceEqual(other.Silent) && Conditions.SequenceEqual(other.Conditions)
        && (HasReports, LookedAt, SilenceFrom, Revision) == (other.HasReports, other.LookedAt, other.SilenceFrom, other.Revision);

    public override int GetHashCode() => HashCode.Combine(Days.Count, Failing.Length, Revision);
}

/// <summary>A kind of failure that is an alert: one organisation, one MX host, one result type.</summary>
internal sealed record FailingRow
{
    [JsonPropertyName("organization")] public required string Organization { get; init; }
    [JsonPropertyName("mx")] public required string Mx { get; init; }
    [JsonPropertyName("resultType")] public required string ResultType { get; init; }

    /// <summary>The alert of the MX host's fault that explains it; null: an alert of its own.</summary>
    [JsonPropertyName("kind")] public string? Kind { get; init; }

    /// <summary>The organisation is new, see <see cref="ReporterHistory"/>: anyone can send such a report.</summary>
    [JsonPropertyName("isNew")] public bool IsNew { get; init; }

    /// <summary>The first day of it.</summary>
    [JsonPropertyName("since")] public required DateOnly Since { get; init; }

    /// <summary>The last day on which it was above the threshold.</summary>
    [JsonPropertyName("lastDay")] public required DateOnly LastDay { get; init; }

    /// <summary>Failed sessions of <see cref="LastDay"/>.</summary>
    [JsonPropertyName("failed")] public long Failed { get; init; }

    /// <summary>The organisation's sessions of <see cref="LastDay"/>.</summary>
    [JsonPropertyName("sessions")] public long Sessions { get; init; }
}
