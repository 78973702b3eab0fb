using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>
/// One claim's day. Written with every batch of reports, so it stays small for any number of them: the sums, whose kinds are capped, and the latest
/// reports; <see cref="ScorecardRules.PageSize"/> at a time the oldest of them move to pages that are written once.
/// </summary>
internal sealed record ScorecardDayState
{
    [JsonPropertyName("sums")] public DayState Sums { get; init; } = new();

    /// <summary>Counted reports not yet in a page, oldest first.</summary>
    [JsonPropertyName("tail")] public ImmutableArray<CountedReport> Tail { get; init; } = [];

    /// <summary>Envelopes with repeated reports that are not yet in a page.</summary>
    [JsonPropertyName("copies")] public ImmutableArray<string> Copies { get; init; } = [];

    /// <summary>Full pages; they contain the reports before <see cref="Tail"/>.</summary>
    [JsonPropertyName("pages")] public int Pages { get; init; }

    /// <summary>Full pages of the copies before <see cref="Copies"/>.</summary>
    [JsonPropertyName("copyPages")] public int CopyPages { get; init; }

    /// <summary>The retained data of the counted reports.</summary>
    [JsonPropertyName("kept")] public Kept Kept { get; init; }

    /// <summary>Number of pages, those of copies last, already reduced to the step after <see cref="Kept"/>.</summary>
    [JsonPropertyName("pagesReduced")] public int PagesReduced { get; init; }

    /// <summary>Lines were changed, or are being changed: <see cref="Sums"/> must be recounted from the reports.</summary>
    [JsonPropertyName("recount")] public bool Recount { get; init; }

    /// <summary>The sums of the reports whose details were deleted, which cannot be recounted; null when there are none.</summary>
    [JsonPropertyName("base")] public DayState? Base { get; init; }

    /// <summary>Number of first lines that <see cref="Base"/> includes.</summary>
    [JsonPropertyName("baseLines")] public int BaseLines { get; init; }
}

/// <summary>One day's sums.</summary>
internal sealed record DayState
{
    [JsonPropertyName("ok")] public long Successful { get; init; }
    [JsonPropertyName("failed")] public long Failed { get; init; }
    [JsonPropertyName("reports")] public int Reports { get; init; }
    [JsonPropertyName("types")] public ImmutableArray<PolicyTypeTotals> Types { get; init; } = [];
    [JsonPropertyName("organizations")] public ImmutableArray<OrganizationTotals> Organizations { get; init; } = [];
    [JsonPropertyName("failures")] public ImmutableArray<ScorecardFailure> Failures { get; init; } = [];
    [JsonPropertyName("senders")] public ImmutableArray<SenderTotals> Senders { get; init; } = [];
    [JsonPropertyName("reasons")] public ImmutableArray<ReasonCount> Reasons { get; init; } = [];
    [JsonPropertyName("policies")] public ImmutableArray<OrganizationPolicy> Policies { get; init; } = [];
    [JsonPropertyName("late")] public int Late { get; init; }
    [JsonPropertyName("lastLateAt")] public DateTimeOffset? LastLateAt { get; init; }
    [JsonPropertyName("otherRanges")] public int OtherRanges { get; init; }
    [JsonPropertyName("disagreeing")] public int Disagreeing { get; init; }
    [JsonPropertyName("excluded")] public int Excluded { get; init; }

    public ScorecardDay ToDay(DateOnly day) => new()
    {
        Day = day,
        Sessions = new SessionTotals(Successful, Failed),
        Reports = Reports,
        ByPolicyType = Types,
        Failures = Failures,
        ByOrganization = Organizations,
        Senders = Senders,
        Reasons = Reasons,
        Policies = Policies,
        LateReports = Late,
        // A day with only late reports was never closed.
        ReopenedAt = Late < Reports ? LastLateAt : null,
        OtherRanges = OtherRanges,
        Disagreeing = Disagreeing,
        Excluded = Excluded,
    };
}

/// <summary>What identifies a counted report, and whether another one with its identity may be counted.</summary>
internal sealed record KnownReport(string ContentHash, string EnvelopeId)
{
    /// <summary>Its submitter signed it, or a member uploaded it; assumed when its details were deleted.</summary>
    public bool IsVouchedFor { get; init; } = true;

    /// <summary>A member excluded it.</summary>
    public bool IsExcluded { get; init; }
}
