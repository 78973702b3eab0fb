using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>
/// One claim's day. Written with every batch of reports, so it stays small whatever their number: the sums, whose kinds are capped, and the latest
/// reports; <see cref="ScorecardBook.PageSize"/> at a time the oldest of them move to pages that are written once.
/// </summary>
internal sealed record ScorecardDayState
{
    [JsonPropertyName("sums")] public DayState Sums { get; init; } = new();

    /// <summary>Reports counted and not in a page yet, oldest first.</summary>
    [JsonPropertyName("tail")] public ImmutableArray<CountedReport> Tail { get; init; } = [];

    /// <summary>Envelopes that brought a report again and are not in a page yet.</summary>
    [JsonPropertyName("copies")] public ImmutableArray<string> Copies { get; init; } = [];

    /// <summary>Full pages; they hold what came before <see cref="Tail"/>.</summary>
    [JsonPropertyName("pages")] public int Pages { get; init; }

    /// <summary>Full pages of what came before <see cref="Copies"/>.</summary>
    [JsonPropertyName("copyPages")] public int CopyPages { get; init; }

    /// <summary>What is still there of all that was counted.</summary>
    [JsonPropertyName("kept")] public Kept Kept { get; init; }

    /// <summary>How many pages, those of copies last, have let go what the step after <see cref="Kept"/> lets go.</summary>
    [JsonPropertyName("pagesLetGo")] public int PagesLetGo { get; init; }

    /// <summary>Lines were changed, or are being changed: <see cref="Sums"/> have to be recounted from the reports.</summary>
    [JsonPropertyName("recount")] public bool Recount { get; init; }

    /// <summary>The sums of the reports whose details were deleted, which cannot be recounted; null: there are none.</summary>
    [JsonPropertyName("base")] public DayState? Base { get; init; }

    /// <summary>How many lines, the first ones, <see cref="Base"/> stands for.</summary>
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
        // A day that only ever got late reports was never closed.
        ReopenedAt = Late < Reports ? LastLateAt : null,
        OtherRanges = OtherRanges,
        Disagreeing = Disagreeing,
        Excluded = Excluded,
    };
}
