using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>Sessions, counted by senders.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.SessionTotals")]
public sealed record SessionTotals([property: Id(0)] long Successful, [property: Id(1)] long Failed);

/// <summary>What one report says of one domain under one policy type.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyTypeTotals")]
public sealed record PolicyTypeTotals([property: Id(0)] string PolicyType, [property: Id(1)] long Successful, [property: Id(2)] long Failed)
{
    /// <summary>
    /// What the failure details add up to. It need not be <see cref="Failed"/>: one session may stand under several result types, and some senders list
    /// no details (RFC 8460 §4.3). Both are kept as they were told.
    /// </summary>
    [Id(20)] public long FailedInDetails { get; init; }
}

/// <summary>Failed sessions of one kind.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.FailureCount")]
public sealed record FailureCount([property: Id(0)] string PolicyType, [property: Id(1)] string ResultType, [property: Id(2)] string? MxHost, [property: Id(3)] long Failed)
{
    /// <summary>Where the sender's server stands: its address cut to /24 or /48; null when the report does not say.</summary>
    [Id(20)] public string? Network { get; init; }
}

/// <summary>Failed sessions for which senders gave one reason (RFC 8460 §4.4, <c>failure-reason-code</c>: a code or a sentence).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ReasonCount")]
public sealed record ReasonCount([property: Id(0)] string ResultType, [property: Id(1)] string Reason, [property: Id(2)] long Failed);

/// <summary>A policy that a sender says it applied.</summary>
/// <param name="Lines">The lines as <see cref="Protocol.Reports.PolicyLines"/> compares them, joined by line feeds; empty: the sender found no policy.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AppliedPolicy")]
public sealed record AppliedPolicy([property: Id(0)] string Lines, [property: Id(1)] long Successful, [property: Id(2)] long Failed);

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

    /// <summary>Each session once, whatever the number of policies it was held against (see <see cref="Protocol.Reports.SessionCount"/>).</summary>
    [Id(9)] public required SessionTotals Sessions { get; init; }
    [Id(10)] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }
    [Id(11)] public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>How many things the decoder mended in the report.</summary>
    [Id(12)] public int Mended { get; init; }
    [Id(20)] public IReadOnlyList<ReasonCount> Reasons { get; init; } = [];

    /// <summary>MTA-STS policies, and that none was found; other policy types tell of no policy of ours.</summary>
    [Id(21)] public IReadOnlyList<AppliedPolicy> Policies { get; init; } = [];

    /// <summary>Whether it is authentic.</summary>
    [Id(40)] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41)] public string? SignedBy { get; init; }

    /// <summary>The submitter it names: the domain of its contact-info, else its organisation.</summary>
    [Id(42)] public string? Submitter { get; init; }

    /// <summary>The network of the host that handed it over, cut as <see cref="Protocol.Reports.SendingNetwork"/> does; null when the source knows none.</summary>
    [Id(43)] public string? Network { get; init; }

    /// <summary>The token of the report address it came to; null for an upload.</summary>
    [Id(44)] public string? Token { get; init; }

    /// <summary>It is not to be counted, as the workspace counts signed reports only: it is asked whether it is a copy of one that was.</summary>
    [Id(60)] public bool IsKeptOut { get; init; }
}

/// <summary>What became of a contribution.</summary>
[GenerateSerializer, Alias("MtaSts.ApplyOutcome")]
public enum ApplyOutcome
{
    Counted,

    /// <summary>The same report was counted before; from the same envelope (a repeated call) or from another.</summary>
    AlreadyCountedFromThisEnvelope,
    Duplicate,

    /// <summary>The same identity with other content was counted before, and this one is no more trustworthy; the first stays.</summary>
    Conflict,

    /// <summary>The workspace has given the domain up meanwhile: nothing of it is kept.</summary>
    NoClaim,

    /// <summary>It is not to be counted (see <see cref="ScorecardContribution.IsKeptOut"/>), and no copy of it was.</summary>
    KeptOut,
}

/// <summary>One day of a scorecard; days are UTC days of the reports' start.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardDay")]
public sealed record ScorecardDay
{
    /// <summary>Stands for the names and texts beyond as many as a day tells apart.</summary>
    public const string Other = "(other)";

    [Id(0)] public required DateOnly Day { get; init; }
    [Id(1)] public required SessionTotals Sessions { get; init; }
    [Id(2)] public required int Reports { get; init; }
    [Id(3)] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }

    /// <summary>Result type × MX host × organisation × network × policy type. Rows of different policy types tell of the same sessions: see <see cref="FailureTotals"/>.</summary>
    [Id(4), JsonIgnore] public required IReadOnlyList<ScorecardFailure> Failures { get; init; }

    /// <summary><see cref="Failures"/> as they are told: each session once in each row, whatever the number of policy types.</summary>
    [JsonPropertyName("failures")] public IReadOnlyList<FailureRow> FailureRows => FailureTotals.Rows(Failures);
    [Id(5)] public required IReadOnlyList<OrganizationTotals> ByOrganization { get; init; }

    /// <summary>Organisation × policy type.</summary>
    [Id(20)] public IReadOnlyList<SenderTotals> Senders { get; init; } = [];
    [Id(21)] public IReadOnlyList<ReasonCount> Reasons { get; init; } = [];

    /// <summary>Organisation × policy; the scorecard tells it as a list of its own.</summary>
    [Id(22), JsonIgnore] public IReadOnlyList<OrganizationPolicy> Policies { get; init; } = [];

    /// <summary>Reports that came after the day was taken for complete.</summary>
    [Id(23)] public int LateReports { get; init; }

    /// <summary>When the last of them came, if the day had reports in time; null: it was not re-opened.</summary>
    [Id(24)] public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>Reports whose range is not one UTC day (RFC 8460 §4.1); they are counted on the day of their start.</summary>
    [Id(25)] public int OtherRanges { get; init; }

    /// <summary>Reports whose failure details do not add up to their totals.</summary>
    [Id(26)] public int Disagreeing { get; init; }

    /// <summary>A hint: all that was seen is probably the senders' own report mail (RFC 8460 §3 wants it left out). It is counted all the same.</summary>
    [Id(27)] public bool OnlyReportMail { get; init; }

    /// <summary>Reports that a member excluded; nothing of them is counted here.</summary>
    [Id(28)] public int Excluded { get; init; }

    /// <summary>Reports were excluded, counted again or found to be signed, and these counts are not updated yet. That takes minutes.</summary>
    [Id(29)] public bool IsRecounting { get; init; }
}

/// <summary>What a sending organisation told under one policy type.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.SenderTotals")]
public sealed record SenderTotals([property: Id(0)] string Organization, [property: Id(1)] string PolicyType, [property: Id(2)] long Successful, [property: Id(3)] long Failed);

/// <summary>What a sending organisation told of one policy (see <see cref="AppliedPolicy"/>).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.OrganizationPolicy")]
public sealed record OrganizationPolicy(
    [property: Id(0)] string Organization,
    [property: Id(1)] string Lines,
    [property: Id(2)] long Successful,
    [property: Id(3)] long Failed,
    [property: Id(4)] int Reports);

[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardFailure")]
public sealed record ScorecardFailure(
    [property: Id(0)] string ResultType,
    [property: Id(1)] string? MxHost,
    [property: Id(2)] string Organization,
    [property: Id(3)] string PolicyType,
    [property: Id(4)] long Failed)
{
    /// <summary>The sending server's network; null: the report does not say.</summary>
    [Id(20)] public string? Network { get; init; }

    /// <summary>
    /// The identity of the report it is of, when that report tells of one session several times: under several policy types or result types. Null: rows
    /// of any number of reports that do not, which are added up.
    /// </summary>
    [Id(21)] public string? Report { get; init; }

    /// <summary>With <see cref="Report"/>: the failed sessions the report tells of under this policy type.</summary>
    [Id(22)] public long OfFailed { get; init; }
}

[GenerateSerializer, Immutable, Alias("MtaSts.OrganizationTotals")]
public sealed record OrganizationTotals([property: Id(0)] string Organization, [property: Id(1)] long Successful, [property: Id(2)] long Failed, [property: Id(3)] int Reports)
{
    /// <summary>Of the reports, those that are unverified: neither signed by their submitter nor uploaded by a member.</summary>
    [Id(20)] public int Unauthenticated { get; init; }

    /// <summary>The domain that signed all its reports; null: none is signed by its submitter.</summary>
    [Id(21)] public string? Signer { get; init; }

    /// <summary>The name as the reports claim it; null for the row of the names beyond the cap.</summary>
    [Id(22)] public string? ClaimedName { get; init; }
}

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

    /// <summary>What the failure details of some policy add up to, where that is not what its total says; null: they agree.</summary>
    [Id(20)] public long? FailedInDetails { get; init; }

    /// <summary>The range is not one UTC day.</summary>
    [Id(21)] public bool OtherRange { get; init; }

    /// <summary>With <see cref="FailedInDetails"/>: what the total of that policy says.</summary>
    [Id(22)] public long? FailedInTotal { get; init; }

    /// <summary>Whether it is authentic.</summary>
    [Id(40)] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41)] public string? SignedBy { get; init; }

    /// <summary>The envelope of an unauthenticated report of the same identity and other content, which was counted before this one; null: there is none.</summary>
    [Id(42)] public string? Contradicts { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(43)] public string? Submitter { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(44)] public string? Network { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(45), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Token { get; init; }

    /// <summary>Why nothing of it is counted; null: it is counted.</summary>
    [Id(46)] public ReportExclusion? Excluded { get; init; }

    /// <summary>The envelope of a later copy, whose signature vouches for this report; null: its own does, or none.</summary>
    [Id(60)] public string? VouchedBy { get; init; }
}

/// <summary>A member's decision that a report is not to be counted. It can be reversed.</summary>
/// <param name="By">Who decided it.</param>
/// <param name="Reason">In their words.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportExclusion")]
public sealed record ReportExclusion([property: Id(0)] string By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] string Reason)
{
    /// <summary>Characters of a reason.</summary>
    public const int MaxReason = 300;
}

/// <summary>What a command to exclude reports, or to count them again, has changed.</summary>
/// <param name="Changed">Reports that are excluded now, or counted again.</param>
/// <param name="OutOfReach">Reports of the same days whose details are no longer kept: they are not changed, because what each added to the sums is no longer known.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ExclusionOutcome")]
public sealed record ExclusionOutcome([property: Id(0)] int Changed, [property: Id(1)] int OutOfReach)
{
    /// <summary>Reports that stay excluded because another one of the same submitter, report-id, domain and range is counted in their place.</summary>
    [Id(2)] public int Replaced { get; init; }

    /// <summary>The reports are marked; the counts of a large day follow within minutes.</summary>
    [Id(3)] public bool IsRecounting { get; init; }

    public static ExclusionOutcome None { get; } = new(0, 0);

    public ExclusionOutcome Plus(ExclusionOutcome other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(Changed + other.Changed, OutOfReach + other.OutOfReach) { Replaced = Replaced + other.Replaced, IsRecounting = IsRecounting || other.IsRecounting };
    }
}
