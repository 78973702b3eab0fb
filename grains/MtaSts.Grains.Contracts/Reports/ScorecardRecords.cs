using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>Sessions, counted by senders.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.SessionTotals")]
public sealed record SessionTotals([property: Id(0), JsonPropertyName("successful")] long Successful, [property: Id(1), JsonPropertyName("failed")] long Failed);

/// <summary>The totals of one report for one domain under one policy type.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyTypeTotals")]
public sealed record PolicyTypeTotals([property: Id(0), JsonPropertyName("policyType")] string PolicyType, [property: Id(1), JsonPropertyName("successful")] long Successful, [property: Id(2), JsonPropertyName("failed")] long Failed)
{
    /// <summary>
    /// The sum of the failure details. It can differ from <see cref="Failed"/>: one session may have several result types, and some senders list
    /// no details (RFC 8460 §4.3). Both are kept as reported.
    /// </summary>
    [Id(20), JsonPropertyName("failedInDetails")] public long FailedInDetails { get; init; }
}

/// <summary>Failed sessions of one kind.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.FailureCount")]
public sealed record FailureCount([property: Id(0), JsonPropertyName("policyType")] string PolicyType, [property: Id(1), JsonPropertyName("resultType")] string ResultType, [property: Id(2), JsonPropertyName("mxHost")] string? MxHost, [property: Id(3), JsonPropertyName("failed")] long Failed)
{
    /// <summary>Network of the sender's server, /24 or /48; null when the report does not state it.</summary>
    [Id(20), JsonPropertyName("network")] public string? Network { get; init; }
}

/// <summary>Failed sessions for which senders gave one reason (RFC 8460 §4.4, <c>failure-reason-code</c>: a code or a sentence).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ReasonCount")]
public sealed record ReasonCount([property: Id(0), JsonPropertyName("resultType")] string ResultType, [property: Id(1), JsonPropertyName("reason")] string Reason, [property: Id(2), JsonPropertyName("failed")] long Failed);

/// <summary>A policy that a sender reports as applied.</summary>
/// <param name="Lines">The lines as <see cref="Protocol.Reports.PolicyLines"/> compares them, joined by line feeds; empty: the sender found no policy.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AppliedPolicy")]
public sealed record AppliedPolicy([property: Id(0), JsonPropertyName("lines")] string Lines, [property: Id(1), JsonPropertyName("successful")] long Successful, [property: Id(2), JsonPropertyName("failed")] long Failed);

/// <summary>What one report adds to one domain's scorecard: applied once, identified by <see cref="Identity"/>.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardContribution")]
public sealed record ScorecardContribution
{
    /// <summary>Hash of submitter, report-id, policy-domain and range (RFC 8460 §5.6).</summary>
    [Id(0), JsonPropertyName("identity")] public required string Identity { get; init; }

    /// <summary>Hash of the content; distinguishes a repeated delivery from a conflicting one.</summary>
    [Id(1), JsonPropertyName("contentHash")] public required string ContentHash { get; init; }
    [Id(2), JsonPropertyName("envelopeId")] public required string EnvelopeId { get; init; }
    [Id(3), JsonPropertyName("organization")] public required string Organization { get; init; }
    [Id(4), JsonPropertyName("reportId")] public string? ReportId { get; init; }
    [Id(5), JsonPropertyName("start")] public required DateTimeOffset Start { get; init; }
    [Id(6), JsonPropertyName("end")] public required DateTimeOffset End { get; init; }
    [Id(7), JsonPropertyName("receivedAt")] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(8), JsonPropertyName("source")] public required string Source { get; init; }

    /// <summary>Each session once, regardless of the number of policies it was checked against (see <see cref="Protocol.Reports.SessionCount"/>).</summary>
    [Id(9), JsonPropertyName("sessions")] public required SessionTotals Sessions { get; init; }
    [Id(10), JsonPropertyName("byPolicyType")] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }
    [Id(11), JsonPropertyName("failures")] public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>Number of corrections by the decoder.</summary>
    [Id(12), JsonPropertyName("mended")] public int Mended { get; init; }
    [Id(20), JsonPropertyName("reasons")] public IReadOnlyList<ReasonCount> Reasons { get; init; } = [];

    /// <summary>MTA-STS policies, including "no policy found"; other policy types do not concern policies served here.</summary>
    [Id(21), JsonPropertyName("policies")] public IReadOnlyList<AppliedPolicy> Policies { get; init; } = [];

    /// <summary>Whether it is authentic.</summary>
    [Id(40), JsonPropertyName("dkim")] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41), JsonPropertyName("signedBy")] public string? SignedBy { get; init; }

    /// <summary>The submitter it names: the domain of its contact-info, otherwise its organisation.</summary>
    [Id(42), JsonPropertyName("submitter")] public string? Submitter { get; init; }

    /// <summary>The network of the host that delivered it, as in <see cref="Protocol.Reports.SendingNetwork"/>; null when unknown.</summary>
    [Id(43), JsonPropertyName("network")] public string? Network { get; init; }

    /// <summary>The token of the report address that received it; null for an upload.</summary>
    [Id(44), JsonPropertyName("token")] public string? Token { get; init; }

    /// <summary>It must not be counted, because the workspace counts only signed reports: only checks whether it is a copy of a counted one.</summary>
    [Id(60), JsonPropertyName("isKeptOut")] public bool IsKeptOut { get; init; }
}

/// <summary>The result of applying a contribution.</summary>
[GenerateSerializer, Alias("MtaSts.ApplyOutcome")]
public enum ApplyOutcome
{
    Counted,

    /// <summary>The same report was counted before; from the same envelope (a repeated call) or from another.</summary>
    AlreadyCountedFromThisEnvelope,
    Duplicate,

    /// <summary>The same identity with different content was counted before, and this report is not more trustworthy; the first is kept.</summary>
    Conflict,

    /// <summary>The workspace has removed the claim meanwhile: nothing is kept.</summary>
    NoClaim,

    /// <summary>It must not be counted (see <see cref="ScorecardContribution.IsKeptOut"/>), and no copy of it was counted.</summary>
    KeptOut,
}

/// <summary>One day of a scorecard; days are UTC days of the reports' start.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardDay")]
public sealed record ScorecardDay
{
    /// <summary>Replaces names and texts beyond the maximum number per day.</summary>
    public const string Other = "(other)";

    [Id(0)] public required DateOnly Day { get; init; }
    [Id(1)] public required SessionTotals Sessions { get; init; }
    [Id(2)] public required int Reports { get; init; }
    [Id(3)] public required IReadOnlyList<PolicyTypeTotals> ByPolicyType { get; init; }

    /// <summary>Result type × MX host × organisation × network × policy type. Rows of different policy types include the same sessions.</summary>
    [Id(4)] public required IReadOnlyList<ScorecardFailure> Failures { get; init; }

    [Id(5)] public required IReadOnlyList<OrganizationTotals> ByOrganization { get; init; }

    /// <summary>Organisation × policy type.</summary>
    [Id(20)] public IReadOnlyList<SenderTotals> Senders { get; init; } = [];
    [Id(21)] public IReadOnlyList<ReasonCount> Reasons { get; init; } = [];

    /// <summary>Organisation × policy.</summary>
    [Id(22)] public IReadOnlyList<OrganizationPolicy> Policies { get; init; } = [];

    /// <summary>Reports that arrived after the day was considered complete.</summary>
    [Id(23)] public int LateReports { get; init; }

    /// <summary>When the last of them arrived, if the day had reports in time; null when the day was not re-opened.</summary>
    [Id(24)] public DateTimeOffset? ReopenedAt { get; init; }

    /// <summary>Reports whose range is not one UTC day (RFC 8460 §4.1); they are counted on the day of their start.</summary>
    [Id(25)] public int OtherRanges { get; init; }

    /// <summary>Reports whose failure details do not match their totals.</summary>
    [Id(26)] public int Disagreeing { get; init; }

    /// <summary>A hint: the sessions are probably only the senders' own report mail (which RFC 8460 §3 excludes). It is counted nevertheless.</summary>
    [Id(27)] public bool OnlyReportMail { get; init; }

    /// <summary>Reports that a member excluded; they are not counted here.</summary>
    [Id(28)] public int Excluded { get; init; }

    /// <summary>Reports were excluded, counted again or verified later, and these counts are not updated yet. That takes minutes.</summary>
    [Id(29)] public bool IsRecounting { get; init; }
}

/// <summary>Totals of a sending organisation under one policy type.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.SenderTotals")]
public sealed record SenderTotals([property: Id(0), JsonPropertyName("organization")] string Organization, [property: Id(1), JsonPropertyName("policyType")] string PolicyType, [property: Id(2), JsonPropertyName("successful")] long Successful, [property: Id(3), JsonPropertyName("failed")] long Failed);

/// <summary>Reports of a sending organisation about one policy (see <see cref="AppliedPolicy"/>).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.OrganizationPolicy")]
public sealed record OrganizationPolicy(
    [property: Id(0), JsonPropertyName("organization")] string Organization,
    [property: Id(1), JsonPropertyName("lines")] string Lines,
    [property: Id(2), JsonPropertyName("successful")] long Successful,
    [property: Id(3), JsonPropertyName("failed")] long Failed,
    [property: Id(4), JsonPropertyName("reports")] int Reports);

[GenerateSerializer, Immutable, Alias("MtaSts.ScorecardFailure")]
public sealed record ScorecardFailure(
    [property: Id(0), JsonPropertyName("resultType")] string ResultType,
    [property: Id(1), JsonPropertyName("mxHost")] string? MxHost,
    [property: Id(2), JsonPropertyName("organization")] string Organization,
    [property: Id(3), JsonPropertyName("policyType")] string PolicyType,
    [property: Id(4), JsonPropertyName("failed")] long Failed)
{
    /// <summary>The sending server's network; null when the report does not state it.</summary>
    [Id(20), JsonPropertyName("network")] public string? Network { get; init; }

    /// <summary>
    /// The identity of its report, when that report counts one session several times: under several policy types or result types. Null for rows
    /// that merge reports which do not.
    /// </summary>
    [Id(21), JsonPropertyName("report")] public string? Report { get; init; }

    /// <summary>With <see cref="Report"/>: the failed sessions of the report under this policy type.</summary>
    [Id(22), JsonPropertyName("ofFailed")] public long OfFailed { get; init; }
}

[GenerateSerializer, Immutable, Alias("MtaSts.OrganizationTotals")]
public sealed record OrganizationTotals([property: Id(0), JsonPropertyName("organization")] string Organization, [property: Id(1), JsonPropertyName("successful")] long Successful, [property: Id(2), JsonPropertyName("failed")] long Failed, [property: Id(3), JsonPropertyName("reports")] int Reports)
{
    /// <summary>Number of unverified reports: neither signed by their submitter nor uploaded by a member.</summary>
    [Id(20), JsonPropertyName("unauthenticated")] public int Unauthenticated { get; init; }

    /// <summary>The domain that signed all its reports; null when none is signed by its submitter.</summary>
    [Id(21), JsonPropertyName("signer")] public string? Signer { get; init; }

    /// <summary>The name that the reports claim; null for the row of names beyond the limit.</summary>
    [Id(22), JsonPropertyName("claimedName")] public string? ClaimedName { get; init; }
}

/// <summary>A counted report in a list.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportEntry")]
public sealed record ReportEntry
{
    /// <summary>The id of the envelope that contained it.</summary>
    [Id(0), JsonPropertyName("id")] public required string Id { get; init; }
    [Id(1), JsonPropertyName("organization")] public required string Organization { get; init; }
    [Id(2), JsonPropertyName("reportId")] public string? ReportId { get; init; }
    [Id(3), JsonPropertyName("start")] public required DateTimeOffset Start { get; init; }
    [Id(4), JsonPropertyName("end")] public required DateTimeOffset End { get; init; }
    [Id(5), JsonPropertyName("receivedAt")] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(6), JsonPropertyName("source")] public required string Source { get; init; }
    [Id(7), JsonPropertyName("sessions")] public required SessionTotals Sessions { get; init; }
    [Id(8), JsonPropertyName("mended")] public required int Mended { get; init; }

    /// <summary>The sum of a policy's failure details if it differs from the policy's total; null when they agree.</summary>
    [Id(20), JsonPropertyName("failedInDetails")] public long? FailedInDetails { get; init; }

    /// <summary>The range is not one UTC day.</summary>
    [Id(21), JsonPropertyName("otherRange")] public bool OtherRange { get; init; }

    /// <summary>With <see cref="FailedInDetails"/>: the total of that policy.</summary>
    [Id(22), JsonPropertyName("failedInTotal")] public long? FailedInTotal { get; init; }

    /// <summary>Whether it is authentic.</summary>
    [Id(40), JsonPropertyName("dkim")] public DkimVerdict Dkim { get; init; }

    /// <summary>The domain that signed it.</summary>
    [Id(41), JsonPropertyName("signedBy")] public string? SignedBy { get; init; }

    /// <summary>The envelope of an earlier counted, unauthenticated report with the same identity but different content; null when there is none.</summary>
    [Id(42), JsonPropertyName("contradicts")] public string? Contradicts { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(43), JsonPropertyName("submitter")] public string? Submitter { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(44), JsonPropertyName("network")] public string? Network { get; init; }

    /// <summary>As in <see cref="ScorecardContribution"/>.</summary>
    [Id(45), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Token { get; init; }

    /// <summary>Why it is not counted; null when it is counted.</summary>
    [Id(46), JsonPropertyName("excluded")] public ReportExclusion? Excluded { get; init; }

    /// <summary>The envelope of a later copy whose signature verifies this report; null when its own signature does, or none.</summary>
    [Id(60), JsonPropertyName("vouchedBy")] public string? VouchedBy { get; init; }
}

/// <summary>A member's decision not to count a report. It can be reversed.</summary>
/// <param name="By">Who decided it.</param>
/// <param name="Reason">The member's text.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportExclusion")]
public sealed record ReportExclusion([property: Id(0), JsonPropertyName("by")] string By, [property: Id(1), JsonPropertyName("at")] DateTimeOffset At, [property: Id(2), JsonPropertyName("reason")] string Reason)
{
    /// <summary>Maximum characters of a reason.</summary>
    public const int MaxReason = 300;
}

/// <summary>The result of a command that excludes reports or counts them again.</summary>
/// <param name="Changed">Number of reports now excluded, or counted again.</param>
/// <param name="OutOfReach">Reports of the same days whose details are no longer kept: not changed, because their contributions to the sums are no longer known.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ExclusionOutcome")]
public sealed record ExclusionOutcome([property: Id(0)] int Changed, [property: Id(1)] int OutOfReach)
{
    /// <summary>Reports that stay excluded because another report with the same submitter, report-id, domain and range is counted instead.</summary>
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
