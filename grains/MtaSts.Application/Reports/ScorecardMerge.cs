using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Merges days into a scorecard. The order of the days does not matter.</summary>
public static class ScorecardMerge
{
    /// <param name="onlyReportMail">See <see cref="ReportMailHints"/>.</param>
    /// <param name="versions">The domain's policy versions.</param>
    public static ScorecardView Of(DateOnly from, DateOnly to, DateTimeOffset now, IReadOnlyList<ScorecardDay> days, ILookup<DateOnly, string> onlyReportMail, IReadOnlyList<PolicyVersionView> versions)
    {
        ArgumentNullException.ThrowIfNull(days);
        ArgumentNullException.ThrowIfNull(onlyReportMail);
        var failures = days.SelectMany(day => day.Failures).ToArray();
        return new ScorecardView(
            from,
            to,
            DateOnly.FromDateTime((now - ReportDays.CompleteAfter).UtcDateTime),
            new SessionTotals(Sum(days.Select(day => day.Sessions.Successful)), Sum(days.Select(day => day.Sessions.Failed))),
            days.Sum(day => day.Reports),
            days.Sum(day => day.ByOrganization.Sum(organization => organization.Unauthenticated)),
            days.Sum(day => day.Excluded),
            ByPolicyType(days.SelectMany(day => day.ByPolicyType)),
            FailureTotals.ByResultType(failures),
            FailureTotals.ByMxHost(failures),
            ByOrganization(days, onlyReportMail),
            FailureTotals.ByNetwork(failures),
            [.. days.SelectMany(day => day.Reasons).GroupBy(reason => (reason.ResultType, reason.Reason))
                .Select(group => new ReasonTotals(group.Key.ResultType, group.Key.Reason, Sum(group.Select(r => r.Failed)), Explanations.OfReason(group.Key.ResultType, group.Key.Reason)))
                .OrderByDescending(reason => reason.Failed).ThenBy(reason => reason.ResultType, StringComparer.Ordinal).ThenBy(reason => reason.Reason, StringComparer.Ordinal)],
            PolicyMatching.Of(days, versions),
            [.. days.OrderBy(day => day.Day).Select(day => day with { OnlyReportMail = day.ByOrganization.Count > 0 && day.ByOrganization.All(o => onlyReportMail[day.Day].Contains(o.Organization)) })]);
    }

    private static OrganizationSummary[] ByOrganization(IReadOnlyList<ScorecardDay> days, ILookup<DateOnly, string> onlyReportMail)
    {
        var types = days.SelectMany(day => day.Senders).ToLookup(sender => sender.Organization, sender => new PolicyTypeTotals(sender.PolicyType, sender.Successful, sender.Failed));
        return [.. days.SelectMany(day => day.ByOrganization.Select(row => (day.Day, Row: row))).GroupBy(row => row.Row.Organization)
            .Select(group => new OrganizationSummary(
                group.Key,
                Sum(group.Select(o => o.Row.Successful)),
                Sum(group.Select(o => o.Row.Failed)),
                group.Sum(o => o.Row.Reports),
                group.Max(o => o.Day),
                ByPolicyType(types[group.Key]),
                group.All(o => onlyReportMail[o.Day].Contains(group.Key)),
                group.Sum(o => o.Row.Unauthenticated))
            {
                IsVerified = group.Any(o => o.Row.Signer is not null),
                Signer = group.Select(o => o.Row.Signer).FirstOrDefault(signer => signer is not null),
                ClaimedName = group.First().Row.ClaimedName,
            })
            .OrderByDescending(organization => organization.Successful + organization.Failed).ThenBy(o => o.Organization, StringComparer.Ordinal)];
    }

    private static PolicyTypeTotals[] ByPolicyType(IEnumerable<PolicyTypeTotals> rows) =>
        [.. rows.GroupBy(type => type.PolicyType)
            .Select(group => new PolicyTypeTotals(group.Key, Sum(group.Select(t => t.Successful)), Sum(group.Select(t => t.Failed))) { FailedInDetails = Sum(group.Select(t => t.FailedInDetails)) })
            .OrderByDescending(type => type.Successful + type.Failed).ThenBy(type => type.PolicyType, StringComparer.Ordinal)];

    private static long Sum(IEnumerable<long> counts) => counts.Aggregate(0L, SessionCount.Add);
}
