using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>A scorecard over a range of days.</summary>
/// <param name="CompleteUntil">The last day whose reports should all have arrived.</param>
/// <param name="Unauthenticated">Number of unverified reports: neither signed by their submitter nor uploaded by a member.</param>
/// <param name="Excluded">Reports that a member excluded; no number of this scorecard includes them.</param>
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
    /// <summary>Reports were excluded, counted again or verified later, and the counts of a day are not updated yet. That takes minutes.</summary>
    public bool IsRecounting => ByDay.Any(day => day.IsRecounting);
}

/// <param name="Explanation">What the type means and what to do.</param>
public sealed record ResultTypeTotals(string ResultType, long Failed, Explanation Explanation);

/// <param name="MxHost">Null when the report names none.</param>
public sealed record MxHostTotals(string? MxHost, long Failed, IReadOnlyList<ResultTypeTotals> ByResultType);

/// <summary>Failed sessions with details from a sending organisation.</summary>
public sealed record OrganizationFailures(string Organization, long Failed, IReadOnlyList<ResultTypeTotals> ByResultType);

/// <summary>Failed sessions of one kind.</summary>
/// <param name="PolicyTypes">The policy types under which they were reported; a session reported under several is counted once.</param>
public sealed record FailureRow(string ResultType, string? MxHost, string Organization, string? Network, long Failed, IReadOnlyList<string> PolicyTypes);

/// <param name="Network">Network of the sending servers, /24 or /48; null when the reports do not state it.</param>
public sealed record NetworkTotals(string? Network, IReadOnlyList<string> Organizations, long Failed);

/// <param name="Reason">The sender's text.</param>
/// <param name="Explanation">Null when the reason is unknown.</param>
public sealed record ReasonTotals(string ResultType, string Reason, long Failed, Explanation? Explanation);

/// <summary>A sending organisation.</summary>
/// <param name="ByPolicyType">Not summed: some senders report the same sessions under several types.</param>
/// <param name="OnlyReportMail">A hint: its sessions are probably only its own report mail.</param>
/// <param name="Unauthenticated">Number of unverified reports: anyone who knows the report address may have written them.</param>
public sealed record OrganizationSummary(string Organization, long Successful, long Failed, int Reports, DateOnly LastDay, IReadOnlyList<PolicyTypeTotals> ByPolicyType, bool OnlyReportMail, int Unauthenticated)
{
    /// <summary>All reports of the row were signed by <see cref="Signer"/>, which belongs to their submitter.</summary>
    public bool IsVerified { get; init; }

    /// <summary>The domain that signed; null when none did, or only for others (see <see cref="SendingOrganizations"/>).</summary>
    public string? Signer { get; init; }

    /// <summary>The name that the reports claim; null for the row of names beyond the limit.</summary>
    public string? ClaimedName { get; init; }
}

/// <summary>A policy that an organisation reported as applied.</summary>
public sealed record PolicySeen
{
    public required string Organization { get; init; }
    public required PolicySeenState State { get; init; }

    /// <summary>The matching version served here; null when none matches.</summary>
    public int? Version { get; init; }
    public string? PolicyId { get; init; }

    /// <summary>The lines in the form used for comparison.</summary>
    public required IReadOnlyList<string> Lines { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }
    public required int Reports { get; init; }
    public required long Successful { get; init; }
    public required long Failed { get; init; }

    /// <summary>The organisation's cached copy may be used until then: the end of the last day it reported, plus the policy's max_age (RFC 8461 §3.2).</summary>
    public DateTimeOffset? CachedUntil { get; init; }

    /// <summary>The organisation reported another policy on a later day. Large organisations have many servers: one may use a cached copy until <see cref="CachedUntil"/>.</summary>
    public bool Replaced { get; init; }
}

/// <summary>Relation of a reported policy to the served policies.</summary>
public enum PolicySeenState
{
    /// <summary>The version served now.</summary>
    Current,

    /// <summary>A version served before.</summary>
    Earlier,

    /// <summary>Not served here.</summary>
    Foreign,

    /// <summary>The organisation found no policy.</summary>
    None,

    /// <summary>One of the policies beyond the number recorded per day.</summary>
    Other,
}
