namespace MtaSts.Grains;

/// <summary>Which counted reports a list is to hold; what is not said keeps none out.</summary>
public sealed record ReportFilter
{
    /// <summary>Those of these verdicts; empty: of any.</summary>
    public IReadOnlyCollection<DkimVerdict> Verdicts { get; init; } = [];

    /// <summary>Neither signed by their submitter nor uploaded by a member, who vouches for what he uploads.</summary>
    public bool OnlyUnsigned { get; init; }

    /// <summary>A part of the sending organisation's name, in any case.</summary>
    public string? Organization { get; init; }

    /// <summary>Those that tell of a failed session.</summary>
    public bool OnlyFailures { get; init; }

    /// <summary>The first UTC day of the reports' start.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last one.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Every report of the days between is to be listed: nothing has to be looked at in vain.</summary>
    internal bool TakesAll => Verdicts.Count == 0 && !OnlyUnsigned && string.IsNullOrEmpty(Organization) && !OnlyFailures;

    internal bool Takes(ReportEntry entry) =>
        (Verdicts.Count == 0 || Verdicts.Contains(entry.Dkim))
        && (!OnlyUnsigned || entry.Dkim != DkimVerdict.Pass && entry.Source != Uploads.Source)
        && (string.IsNullOrEmpty(Organization) || entry.Organization.Contains(Organization, StringComparison.OrdinalIgnoreCase))
        && (!OnlyFailures || entry.Sessions.Failed > 0 || entry.FailedInDetails > 0);

    internal bool IsBefore(ReportEntry entry) => From is { } from && DateOnly.FromDateTime(entry.Start.UtcDateTime) < from;
}
