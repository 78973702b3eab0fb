using MtaSts.Application.Reports;
using MtaSts.Grains;

namespace MtaSts.Host.Export;

/// <summary>
/// A row of a scorecard. Kinds: <c>day</c>, <c>policyType</c>, <c>organization</c>, <c>sender</c> (organisation × policy type), <c>resultType</c>, <c>mxHost</c>,
/// <c>network</c>, <c>failure</c>, <c>reason</c>, <c>policy</c> (organisation × policy).
/// </summary>
internal sealed record ScorecardRow(DateOnly Day, string Kind)
{
    public string? Organization { get; init; }
    public string? PolicyType { get; init; }

    /// <summary>The policy types under which a failure was reported; in CSV they are in the cell of <see cref="PolicyType"/>.</summary>
    public IReadOnlyList<string>? PolicyTypes { get; init; }
    public string? ResultType { get; init; }
    public string? MxHost { get; init; }
    public string? Network { get; init; }
    public long? Successful { get; init; }
    public long? Failed { get; init; }
    public long? FailedInDetails { get; init; }
    public int? Reports { get; init; }
    public string? Reason { get; init; }
    public int? LateReports { get; init; }
    public DateTimeOffset? ReopenedAt { get; init; }
    public int? OtherRanges { get; init; }
    public int? Disagreeing { get; init; }
    public bool? OnlyReportMail { get; init; }

    /// <summary>Empty: the organisation found no policy.</summary>
    public IReadOnlyList<string>? PolicyLines { get; init; }

    /// <summary>Number of unverified reports: neither signed by their submitter nor uploaded by a member.</summary>
    public int? Unauthenticated { get; init; }

    /// <summary>The domain that signed all reports of the organisation's row.</summary>
    public string? Signer { get; init; }

    /// <summary>Reports that a member excluded.</summary>
    public int? Excluded { get; init; }

    /// <param name="days">By day, with the day before <paramref name="from"/>: needed to recognise report mail on the first day.</param>
    /// <param name="receives">The report mail that the domain receives.</param>
    public static async IAsyncEnumerable<ScorecardRow> Of(IAsyncEnumerable<ScorecardDay> days, DateOnly from, ReportMailReceived receives)
    {
        ScorecardDay? before = null;
        await foreach (var day in days)
        {
            if (day.Day >= from)
            {
                foreach (var row in Of(day, ReportMailHints.Of(before is null ? [day] : [before, day], receives)[day.Day].ToHashSet(StringComparer.Ordinal)))
                    yield return row;
            }
            before = day;
        }
    }

    /// <summary>The cells of a CSV row, in the order of the columns.</summary>
    public object?[] Cells() =>
    [
        Day, Kind, Organization, PolicyType ?? (PolicyTypes is null ? null : string.Join(" | ", PolicyTypes)), ResultType, MxHost, Network, Successful, Failed, FailedInDetails, Reports, Reason,
        LateReports, ReopenedAt, OtherRanges, Disagreeing, OnlyReportMail, PolicyLines is null ? null : string.Join(" | ", PolicyLines), Unauthenticated, Signer, Excluded,
    ];

    private static IEnumerable<ScorecardRow> Of(ScorecardDay day, HashSet<string> onlyReportMail)
    {
        yield return new(day.Day, "day")
        {
            Successful = day.Sessions.Successful,
            Failed = day.Sessions.Failed,
            Reports = day.Reports,
            LateReports = day.LateReports,
            ReopenedAt = day.ReopenedAt,
            OtherRanges = day.OtherRanges,
            Disagreeing = day.Disagreeing,
            Excluded = day.Excluded,
            OnlyReportMail = day.ByOrganization.Count > 0 && day.ByOrganization.All(organization => onlyReportMail.Contains(organization.Organization)),
        };
        foreach (var type in day.ByPolicyType)
            yield return new(day.Day, "policyType") { PolicyType = type.PolicyType, Successful = type.Successful, Failed = type.Failed, FailedInDetails = type.FailedInDetails };
        foreach (var organization in day.ByOrganization)
        {
            yield return new(day.Day, "organization")
            {
                Organization = organization.Organization,
                Successful = organization.Successful,
                Failed = organization.Failed,
                Reports = organization.Reports,
                OnlyReportMail = onlyReportMail.Contains(organization.Organization),
                Unauthenticated = organization.Unauthenticated,
                Signer = organization.Signer,
            };
        }
        foreach (var sender in day.Senders)
            yield return new(day.Day, "sender") { Organization = sender.Organization, PolicyType = sender.PolicyType, Successful = sender.Successful, Failed = sender.Failed };
        foreach (var type in FailureTotals.ByResultType(day.Failures))
            yield return new(day.Day, "resultType") { ResultType = type.ResultType, Failed = type.Failed };
        foreach (var host in FailureTotals.ByMxHost(day.Failures))
            yield return new(day.Day, "mxHost") { MxHost = host.MxHost, Failed = host.Failed };
        foreach (var network in FailureTotals.ByNetwork(day.Failures))
            yield return new(day.Day, "network") { Network = network.Network, Failed = network.Failed };
        foreach (var failure in FailureTotals.Rows(day.Failures))
        {
            yield return new(day.Day, "failure")
            {
                Organization = failure.Organization,
                PolicyTypes = failure.PolicyTypes,
                ResultType = failure.ResultType,
                MxHost = failure.MxHost,
                Network = failure.Network,
                Failed = failure.Failed,
            };
        }
        foreach (var reason in day.Reasons)
            yield return new(day.Day, "reason") { ResultType = reason.ResultType, Reason = reason.Reason, Failed = reason.Failed };
        foreach (var policy in day.Policies)
        {
            yield return new(day.Day, "policy")
            {
                Organization = policy.Organization,
                Successful = policy.Successful,
                Failed = policy.Failed,
                Reports = policy.Reports,
                PolicyLines = policy.Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            };
        }
    }
}
