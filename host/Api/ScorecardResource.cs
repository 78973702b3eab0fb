using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Host.Api;

/// <summary>A scorecard over a range of days.</summary>
/// <param name="CompleteUntil">The last day whose reports should all have arrived.</param>
/// <param name="Unauthenticated">Number of unverified reports: neither signed by their submitter nor uploaded by a member.</param>
/// <param name="Excluded">Reports that a member excluded; no number of this scorecard includes them.</param>
/// <param name="IsRecounting">Reports were excluded, counted again or found to be signed, and the counts of a day are not updated yet. That takes minutes.</param>
internal sealed record ScorecardResource(
    DateOnly From,
    DateOnly To,
    DateOnly CompleteUntil,
    SessionsResource Sessions,
    int Reports,
    int Unauthenticated,
    int Excluded,
    IReadOnlyList<PolicyTypeResource> ByPolicyType,
    IReadOnlyList<ResultTypeResource> ByResultType,
    IReadOnlyList<MxHostResource> ByMxHost,
    IReadOnlyList<OrganizationResource> ByOrganization,
    IReadOnlyList<NetworkResource> ByNetwork,
    IReadOnlyList<ReasonResource> ByReason,
    IReadOnlyList<PolicySeenResource> PoliciesSeen,
    IReadOnlyList<ScorecardDayResource> ByDay,
    bool IsRecounting)
{
    public static ScorecardResource Of(ScorecardView card) => new(
        card.From, card.To, card.CompleteUntil, SessionsResource.Of(card.Sessions), card.Reports, card.Unauthenticated, card.Excluded,
        [.. card.ByPolicyType.Select(PolicyTypeResource.Of)],
        [.. card.ByResultType.Select(ResultTypeResource.Of)],
        [.. card.ByMxHost.Select(host => new MxHostResource(host.MxHost, host.Failed, [.. host.ByResultType.Select(ResultTypeResource.Of)]))],
        [.. card.ByOrganization.Select(OrganizationResource.Of)],
        [.. card.ByNetwork.Select(network => new NetworkResource(network.Network, network.Organizations, network.Failed))],
        [.. card.ByReason.Select(reason => new ReasonResource(reason.ResultType, reason.Reason, reason.Failed, reason.Explanation is { } known ? ExplanationResource.Of(known) : null))],
        [.. card.PoliciesSeen.Select(PolicySeenResource.Of)],
        [.. card.ByDay.Select(ScorecardDayResource.Of)],
        card.IsRecounting);
}

/// <summary>Sessions as counted by senders.</summary>
internal sealed record SessionsResource(long Successful, long Failed)
{
    public static SessionsResource Of(SessionTotals totals) => new(totals.Successful, totals.Failed);
}

/// <param name="FailedInDetails">
/// Sum of the failure details. It may differ from <paramref name="Failed"/>: one session may be listed under several result types, and some senders
/// list no details (RFC 8460 §4.3). Both are kept as reported.
/// </param>
internal sealed record PolicyTypeResource(string PolicyType, long Successful, long Failed, long FailedInDetails)
{
    public static PolicyTypeResource Of(PolicyTypeTotals totals) => new(totals.PolicyType, totals.Successful, totals.Failed, totals.FailedInDetails);
}

/// <param name="Explanation">What the type means and what to do.</param>
internal sealed record ResultTypeResource(string ResultType, long Failed, ExplanationResource Explanation)
{
    public static ResultTypeResource Of(ResultTypeTotals totals) => new(totals.ResultType, totals.Failed, ExplanationResource.Of(totals.Explanation));
}

/// <param name="MxHost">Null: the report names none.</param>
internal sealed record MxHostResource(string? MxHost, long Failed, IReadOnlyList<ResultTypeResource> ByResultType);

/// <summary>A sending organisation.</summary>
/// <param name="ByPolicyType">Separate numbers: some senders report the same sessions under several types.</param>
/// <param name="OnlyReportMail">A hint: its sessions are probably only its own report mail.</param>
/// <param name="Unauthenticated">Number of unverified reports: anyone who knows the report address may have written them.</param>
/// <param name="IsVerified">All reports of the row were signed by <paramref name="Signer"/>, which belongs to their submitter.</param>
/// <param name="Signer">The signing domain; null: no signature, or only of unrelated domains.</param>
/// <param name="ClaimedName">The name as claimed in the reports; null for the row of the names beyond the cap.</param>
internal sealed record OrganizationResource(
    string Organization,
    long Successful,
    long Failed,
    int Reports,
    DateOnly LastDay,
    IReadOnlyList<PolicyTypeResource> ByPolicyType,
    bool OnlyReportMail,
    int Unauthenticated,
    bool IsVerified,
    string? Signer,
    string? ClaimedName)
{
    public static OrganizationResource Of(OrganizationSummary row) => new(
        row.Organization, row.Successful, row.Failed, row.Reports, row.LastDay, [.. row.ByPolicyType.Select(PolicyTypeResource.Of)], row.OnlyReportMail, row.Unauthenticated, row.IsVerified, row.Signer,
        row.ClaimedName);
}

/// <param name="Network">Network of the sending servers, cut to /24 or /48; null: not in the reports.</param>
internal sealed record NetworkResource(string? Network, IReadOnlyList<string> Organizations, long Failed);

/// <param name="Reason">The sender's text.</param>
/// <param name="Explanation">Null: not a known reason.</param>
internal sealed record ReasonResource(string ResultType, string Reason, long Failed, ExplanationResource? Explanation);

/// <summary>Explanation of a result type or a reason.</summary>
/// <param name="Means">What happened.</param>
/// <param name="Fault">Who probably caused it.</param>
/// <param name="Next">What to do.</param>
/// <param name="Bounces">How the failure appears in a bounce.</param>
/// <param name="NextElsewhere">What to do where this service does not host the policy; null: the same.</param>
internal sealed record ExplanationResource(string Id, string Means, Fault Fault, string Next, IReadOnlyList<string> Bounces, string? NextElsewhere)
{
    public static ExplanationResource Of(Explanation known) => new(known.Id, known.Means, known.Fault, known.Next, known.Bounces, known.NextElsewhere);
}

/// <summary>A policy that an organisation reported as applied.</summary>
/// <param name="Version">The matching version of the domain's policy; null when none matches.</param>
/// <param name="Lines">The lines as they were compared.</param>
/// <param name="CachedUntil">The organisation may cache its copy until then: the end of the last day it reported, plus the policy's max_age (RFC 8461 §3.2).</param>
/// <param name="Replaced">The organisation reported another policy on a later day. Large organisations have many servers: one of them may keep a copy
/// until <paramref name="CachedUntil"/>.</param>
internal sealed record PolicySeenResource(
    string Organization,
    PolicySeenState State,
    int? Version,
    string? PolicyId,
    IReadOnlyList<string> Lines,
    DateOnly FirstDay,
    DateOnly LastDay,
    int Reports,
    long Successful,
    long Failed,
    DateTimeOffset? CachedUntil,
    bool Replaced)
{
    public static PolicySeenResource Of(PolicySeen seen) => new(
        seen.Organization, seen.State, seen.Version, seen.PolicyId, seen.Lines, seen.FirstDay, seen.LastDay, seen.Reports, seen.Successful, seen.Failed, seen.CachedUntil, seen.Replaced);
}

/// <summary>One day of a scorecard; days are UTC days of the reports' start.</summary>
/// <param name="Failures">Each row counts a session once, for any number of policy types.</param>
/// <param name="Senders">Organisation × policy type.</param>
/// <param name="LateReports">Reports that arrived after the day was considered complete.</param>
/// <param name="ReopenedAt">When the last of them arrived, if the day had reports in time; null: the day was not re-opened.</param>
/// <param name="OtherRanges">Reports whose range is not one UTC day (RFC 8460 §4.1); they are counted on the day of their start.</param>
/// <param name="Disagreeing">Reports whose failure details do not add up to their totals.</param>
/// <param name="OnlyReportMail">A hint: the sessions are probably only the senders' own report mail, which RFC 8460 §3 excludes. It is counted.</param>
/// <param name="Excluded">Reports that a member excluded; these counts do not include them.</param>
/// <param name="IsRecounting">Reports were excluded, counted again or found to be signed, and these counts are not updated yet. That takes minutes.</param>
internal sealed record ScorecardDayResource(
    DateOnly Day,
    SessionsResource Sessions,
    int Reports,
    IReadOnlyList<PolicyTypeResource> ByPolicyType,
    IReadOnlyList<FailureResource> Failures,
    IReadOnlyList<DayOrganizationResource> ByOrganization,
    IReadOnlyList<SenderResource> Senders,
    IReadOnlyList<DayReasonResource> Reasons,
    int LateReports,
    DateTimeOffset? ReopenedAt,
    int OtherRanges,
    int Disagreeing,
    bool OnlyReportMail,
    int Excluded,
    bool IsRecounting)
{
    public static ScorecardDayResource Of(ScorecardDay day) => new(
        day.Day, SessionsResource.Of(day.Sessions), day.Reports,
        [.. day.ByPolicyType.Select(PolicyTypeResource.Of)],
        [.. FailureTotals.Rows(day.Failures).Select(row => new FailureResource(row.ResultType, row.MxHost, row.Organization, row.Network, row.Failed, row.PolicyTypes))],
        [.. day.ByOrganization.Select(row => new DayOrganizationResource(row.Organization, row.Successful, row.Failed, row.Reports, row.Unauthenticated, row.Signer, row.ClaimedName))],
        [.. day.Senders.Select(sender => new SenderResource(sender.Organization, sender.PolicyType, sender.Successful, sender.Failed))],
        [.. day.Reasons.Select(reason => new DayReasonResource(reason.ResultType, reason.Reason, reason.Failed))],
        day.LateReports, day.ReopenedAt, day.OtherRanges, day.Disagreeing, day.OnlyReportMail, day.Excluded, day.IsRecounting);
}

/// <summary>Failed sessions of one kind.</summary>
/// <param name="PolicyTypes">The policy types under which they were reported; a session reported under several is counted once.</param>
internal sealed record FailureResource(string ResultType, string? MxHost, string Organization, string? Network, long Failed, IReadOnlyList<string> PolicyTypes);

/// <param name="Unauthenticated">Number of unverified reports: neither signed by their submitter nor uploaded by a member.</param>
/// <param name="Signer">The domain that signed all its reports; null: none is signed by its submitter.</param>
/// <param name="ClaimedName">The name as claimed in the reports; null for the row of the names beyond the cap.</param>
internal sealed record DayOrganizationResource(string Organization, long Successful, long Failed, int Reports, int Unauthenticated, string? Signer, string? ClaimedName);

/// <summary>Numbers that a sending organisation reported under one policy type.</summary>
internal sealed record SenderResource(string Organization, string PolicyType, long Successful, long Failed);

/// <summary>Failed sessions for which senders gave one reason (RFC 8460 §4.4, <c>failure-reason-code</c>: a code or a sentence).</summary>
internal sealed record DayReasonResource(string ResultType, string Reason, long Failed);
