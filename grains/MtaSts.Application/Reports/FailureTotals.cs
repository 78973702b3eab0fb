using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>
/// Totals of failed sessions by one property; most failures first. Each row follows
/// <see cref="SessionCount.FailedIn"/> for each report, so that none exceeds the failed sessions of the headline.
/// </summary>
public static class FailureTotals
{
    public static IReadOnlyList<ResultTypeTotals> ByResultType(IEnumerable<ScorecardFailure> failures) =>
        [.. By(failures, failure => failure.ResultType).Select(row => new ResultTypeTotals(row.Key!, row.Failed, Explanations.Of(row.Key!)))];

    public static IReadOnlyList<MxHostTotals> ByMxHost(IEnumerable<ScorecardFailure> failures) =>
        [.. By(failures, failure => failure.MxHost).Select(row => new MxHostTotals(row.Key, row.Failed, ByResultType(row.Failures)))];

    public static IReadOnlyList<OrganizationFailures> ByOrganization(IEnumerable<ScorecardFailure> failures) =>
        [.. By(failures, failure => failure.Organization).Select(row => new OrganizationFailures(row.Key!, row.Failed, ByResultType(row.Failures)))];

    public static IReadOnlyList<NetworkTotals> ByNetwork(IEnumerable<ScorecardFailure> failures) =>
        [.. By(failures, failure => failure.Network)
            .Select(row => new NetworkTotals(row.Key, [.. row.Failures.Select(failure => failure.Organization).Distinct().Order(StringComparer.Ordinal)], row.Failed))];

    /// <summary>By all properties except the policy type.</summary>
    public static IReadOnlyList<FailureRow> Rows(IEnumerable<ScorecardFailure> failures) =>
        [.. failures.GroupBy(failure => (failure.ResultType, failure.MxHost, failure.Organization, failure.Network))
            .Select(group => new FailureRow(group.Key.ResultType, group.Key.MxHost, group.Key.Organization, group.Key.Network, Sum(group),
                [.. group.Select(failure => failure.PolicyType).Distinct().Order(StringComparer.Ordinal)]))];

    /// <summary>Sum of the failed sessions, capped at the maximum.</summary>
    public static long Sum(IEnumerable<ScorecardFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        var sum = 0L;
        var reports = new Dictionary<string, List<ScorecardFailure>>(StringComparer.Ordinal);
        foreach (var failure in failures)
        {
            if (failure.Report is null)
                sum = SessionCount.Add(sum, failure.Failed);
            else if (reports.TryGetValue(failure.Report, out var rows))
                rows.Add(failure);
            else
                reports.Add(failure.Report, [failure]);
        }
        return reports.Values.Aggregate(sum, (all, rows) => SessionCount.Add(all, OfReport(rows)));
    }

    private static long OfReport(IEnumerable<ScorecardFailure> failures) => SessionCount.FailedIn(failures.GroupBy(failure => failure.PolicyType)
        .Select(type => new FailedPart(type.Key, type.Aggregate(0L, (sum, failure) => SessionCount.Add(sum, failure.Failed)), type.Max(failure => failure.OfFailed))));

    private static IEnumerable<(string? Key, long Failed, ScorecardFailure[] Failures)> By(IEnumerable<ScorecardFailure> failures, Func<ScorecardFailure, string?> key)
    {
        var all = failures.ToArray();
        var unnamed = Unnamed(all, key);
        return all.GroupBy(key)
            .Select(group => (group.Key, Failed: group.Key is null ? unnamed : Sum(group), Failures: group.ToArray()))
            .Where(row => row.Key is not null || row.Failed > 0 || Array.TrueForAll(all, failure => key(failure) is null))
            .OrderByDescending(row => row.Failed).ThenBy(row => row.Key, StringComparer.Ordinal);
    }

    /// <summary>A sender may name the host of a session under one policy type but not under another: such a session is not unnamed.</summary>
    private static long Unnamed(IEnumerable<ScorecardFailure> failures, Func<ScorecardFailure, string?> key) => failures.GroupBy(failure => failure.Report)
        .Aggregate(0L, (sum, report) =>
        {
            var unnamed = Sum(report.Where(failure => key(failure) is null));
            if (report.Key is null || unnamed == 0)
                return SessionCount.Add(sum, unnamed);
            var named = report.Where(failure => key(failure) is not null).GroupBy(key).Aggregate(0L, (all, group) => SessionCount.Add(all, Sum(group)));
            return SessionCount.Add(sum, Math.Clamp(Sum(report) - named, 0, unnamed));
        });
}
