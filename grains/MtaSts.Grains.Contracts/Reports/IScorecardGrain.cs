namespace MtaSts.Grains;

/// <summary>Sessions, counted by senders.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.SessionTotals")]
public sealed record SessionTotals([property: Id(0)] long Successful, [property: Id(1)] long Failed);

/// <summary>What one report says of one domain under one policy type.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyTypeTotals")]
public sealed record PolicyTypeTotals([property: Id(0)] string PolicyType, [property: Id(1)] long Successful, [property: Id(2)] long Failed);

/// <summary>Failed sessions of one kind.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.FailureCount")]
public sealed record FailureCount([property: Id(0)] string PolicyType, [property: Id(1)] string ResultType, [property: Id(2)] string? MxHost, [property: Id(3)] long Failed);

/// <summary>What one report adds to one domain's scorecard: applied once, known by <see cref="Identity"/>.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardContribution")]
public sealed record ScorecardContribution
{
    /// <summary>Over submitter, report-id, policy-domain and range (RFC 8460 §5.6).</summary>
    [Id(0)] public required string Identity { get; init; }

    /// <summary>Over the content; tells a repeated delivery from a conflicting one.</summary>
    [Id(1)] public required string ContentHash { get; init; }
    [Id(2)] public required string EnvelopeId { get; init; }
    [Id(3)] public required string Organization { get; init; }
    [Id(4)] public required string? ReportId { get; init; }
    [Id(5)] public required DateTimeOffset Start { get; init; }
    [Id(6)] public required DateTimeOffset End { get; init; }
    [Id(7)] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(8)] public required string Source { get; init; }

    /// <summary>The larger of the policy types, never their sum.</summary>
    [Id(9)] public required SessionTotals Sessions { get; init; }
    [Id(10)] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }
    [Id(11)] public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>How many things the decoder mended in the report.</summary>
    [Id(12)] public int Mended { get; init; }

    /// <summary>Whether it is authentic.</summary>
    [Id(40)] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41)] public string? SignedBy { get; init; }
}

/// <summary>What became of a contribution.</summary>
[GenerateSerializer, Alias("MtaSts.ApplyOutcome")]
public enum ApplyOutcome
{
    Counted,

    /// <summary>The same report was counted before; from the same envelope (a repeated call) or from another.</summary>
    AlreadyCountedFromThisEnvelope,
    Duplicate,

    /// <summary>The same identity with other content was counted before; the first stays.</summary>
    Conflict,
}

/// <summary>One day of a scorecard; days are UTC days of the reports' start.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardDay")]
public sealed record ScorecardDay
{
    [Id(0)] public required DateOnly Day { get; init; }
    [Id(1)] public required SessionTotals Sessions { get; init; }
    [Id(2)] public required int Reports { get; init; }
    [Id(3)] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }

    /// <summary>Result type × MX host × organisation × policy type.</summary>
    [Id(4)] public required IReadOnlyList<ScorecardFailure> Failures { get; init; }
    [Id(5)] public required IReadOnlyList<OrganizationTotals> ByOrganization { get; init; }
}

[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardFailure")]
public sealed record ScorecardFailure(
    [property: Id(0)] string ResultType,
    [property: Id(1)] string? MxHost,
    [property: Id(2)] string Organization,
    [property: Id(3)] string PolicyType,
    [property: Id(4)] long Failed);

[GenerateSerializer, Immutable, Alias("MtaSts.OrganizationTotals")]
public sealed record OrganizationTotals([property: Id(0)] string Organization, [property: Id(1)] long Successful, [property: Id(2)] long Failed, [property: Id(3)] int Reports);

/// <summary>A counted report in a list.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportEntry")]
public sealed record ReportEntry
{
    /// <summary>The id of the envelope it came in.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Organization { get; init; }
    [Id(2)] public required string? ReportId { get; init; }
    [Id(3)] public required DateTimeOffset Start { get; init; }
    [Id(4)] public required DateTimeOffset End { get; init; }
    [Id(5)] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(6)] public required string Source { get; init; }
    [Id(7)] public required SessionTotals Sessions { get; init; }
    [Id(8)] public required int Mended { get; init; }

    /// <summary>Whether it is authentic.</summary>
    [Id(40)] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41)] public string? SignedBy { get; init; }
}

/// <summary>The aggregates of one claim and month. Key: <c>sc-{workspace}/{domain}/{yyyy-MM}</c>.</summary>
[Alias("MtaSts.IScorecardGrain")]
public interface IScorecardGrain : IGrainWithStringKey
{
    /// <summary>Counts it once; returns when that is durable. Many at once share one write.</summary>
    [Alias("Apply"), Orleans.Concurrency.AlwaysInterleave]
    Task<ApplyOutcome> Apply(ScorecardContribution contribution);

    /// <summary>The days between, both ends included, that have something; by day.</summary>
    [Alias("GetDays"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<ScorecardDay>> GetDays(DateOnly from, DateOnly to);

    /// <summary>Newest start first; <paramref name="after"/> is the number of entries to pass over.</summary>
    [Alias("GetReports"), Orleans.Concurrency.AlwaysInterleave]
    Task<Page<ReportEntry>> GetReports(int after, int limit);

    /// <summary>Says anew whether the reports of an envelope are authentic; nothing is counted anew. Unknown ids are ignored.</summary>
    [Alias("SetDkim"), Orleans.Concurrency.AlwaysInterleave]
    Task SetDkim(string envelopeId, DkimVerdict dkim, string? signedBy);

    /// <summary>Deletes everything; called when the claim goes.</summary>
    [Alias("Delete")]
    Task Delete();
}

/// <summary>Which months of a claim have a scorecard. Key: <c>sm-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IScorecardMonthsGrain")]
public interface IScorecardMonthsGrain : IGrainWithStringKey
{
    /// <summary>Called before a month's first report is counted; returns when it is durable.</summary>
    /// <param name="month">Its first day.</param>
    [Alias("Add")]
    Task Add(DateOnly month);

    /// <summary>First days of the months, newest first.</summary>
    [Alias("List"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<DateOnly>> List();

    /// <summary>Forgets them all; called when the months themselves are deleted.</summary>
    [Alias("Delete")]
    Task Delete();
}
