using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>A scorecard over a range of days, as it is shown.</summary>
/// <param name="CompleteUntil">The last day whose reports should all have arrived.</param>
/// <param name="Unauthenticated">Of the reports, those that are unverified: neither signed by their submitter nor uploaded by a member.</param>
/// <param name="Excluded">Reports that a member excluded; they are in no number of this scorecard.</param>
public sealed record ScorecardView(
    DateOnly From,
    DateOnly To,
    DateOnly CompleteUntil,
    SessionTotals Sessions,
    int Reports,
    int Unauthenticated,
    int Excluded,
    IReadOnlyList<PolicyTypeTotals> ByPolicyType,
    IReadOnlyList<ResultTypeTotals> ByResultType,
    IReadOnlyList<MxHostTotals> ByMxHost,
    IReadOnlyList<OrganizationSummary> ByOrganization,
    IReadOnlyList<NetworkTotals> ByNetwork,
    IReadOnlyList<ReasonTotals> ByReason,
    IReadOnlyList<PolicySeen> PoliciesSeen,
    IReadOnlyList<ScorecardDay> ByDay)
{
    /// <summary>Reports were excluded, counted again or found to be signed, and the counts of a day are not updated yet. That takes minutes.</summary>
    public bool IsRecounting => ByDay.Any(day => day.IsRecounting);
}

/// <param name="Explanation">What the type means and what to do.</param>
public sealed record ResultTypeTotals(string ResultType, long Failed, Explanation Explanation);

/// <param name="MxHost">Null: the report names none.</param>
public sealed record MxHostTotals(string? MxHost, long Failed, IReadOnlyList<ResultTypeTotals> ByResultType);

/// <summary>Failed sessions that a sending organisation gave details of.</summary>
public sealed record OrganizationFailures(string Organization, long Failed, IReadOnlyList<ResultTypeTotals> ByResultType);

/// <summary>Failed sessions of one kind.</summary>
/// <param name="PolicyTypes">The policy types they were told of under; a session that was told of under several is counted once.</param>
public sealed record FailureRow(string ResultType, string? MxHost, string Organization, string? Network, long Failed, IReadOnlyList<string> PolicyTypes);

/// <param name="Network">Where the sending servers stand, cut to /24 or /48; null: the reports do not say.</param>
public sealed record NetworkTotals(string? Network, IReadOnlyList<string> Organizations, long Failed);

/// <param name="Reason">The sender's own words.</param>
/// <param name="Explanation">Null: not a reason that is known here.</param>
public sealed record ReasonTotals(string ResultType, string Reason, long Failed, Explanation? Explanation);

/// <summary>A sending organisation.</summary>
/// <param name="ByPolicyType">Each by itself: some senders tell the same sessions under several types.</param>
/// <param name="OnlyReportMail">A hint: all it tells of is probably its own report mail.</param>
/// <param name="Unauthenticated">Of the reports, those that are unverified: anybody who knows the report address may have written them.</param>
public sealed record OrganizationSummary(string Organization, long Successful, long Failed, int Reports, DateOnly LastDay, IReadOnlyList<PolicyTypeTotals> ByPolicyType, bool OnlyReportMail, int Unauthenticated)
{
    /// <summary>All reports of the row were signed by <see cref="Signer"/>, which belongs to their submitter.</summary>
    public bool IsVerified { get; init; }

    /// <summary>The domain that signed; null: none did, or only for others (see <see cref="SendingOrganizations"/>).</summary>
    public string? Signer { get; init; }

    /// <summary>The name as the reports claim it; null for the row of the names beyond the cap.</summary>
    public string? ClaimedName { get; init; }
}

/// <summary>A policy that an organisation said it applied.</summary>
public sealed record PolicySeen
{
    public required string Organization { get; init; }
    public required PolicySeenState State { get; init; }

    /// <summary>The version of ours it is; null when it is none of them.</summary>
    public int? Version { get; init; }
    public string? PolicyId { get; init; }

    /// <summary>The lines as they were compared.</summary>
    public required IReadOnlyList<string> Lines { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required int Reports { get; init; }
    public required long Successful { get; init; }
    public required long Failed { get; init; }

    /// <summary>The organisation's copy may last until then: the end of the last day it told of, and the policy's max_age (RFC 8461 §3.2).</summary>
    public DateTimeOffset? CachedUntil { get; init; }

    /// <summary>The organisation told of another policy on a later day. Large ones have many servers: a copy may last on one of them until <see cref="CachedUntil"/>.</summary>
    public bool Replaced { get; init; }
}

/// <summary>How a policy that was seen stands to those that were served.</summary>
public enum PolicySeenState
{
    /// <summary>The version served now.</summary>
    Current,

    /// <summary>A version served before.</summary>
    Earlier,

    /// <summary>None of ours.</summary>
    Foreign,

    /// <summary>The organisation found no policy.</summary>
    None,

    /// <summary>One of more policies than a day tells apart.</summary>
    Other,
}
