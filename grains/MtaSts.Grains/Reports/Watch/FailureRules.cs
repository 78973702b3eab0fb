using System.Collections.Immutable;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Which failures are an alert. Each organisation, MX host and result type is compared with its own history: some failures are normal, because connections break and senders retry.
/// An alert begins with one day of reports, because each further day may lose mail.
/// </summary>
internal static class FailureRules
{
    /// <summary>Fewer failed sessions of a day are no alert.</summary>
    public const long LeastFailed = 3;

    /// <summary>A share of an organisation's sessions that is an alert, whatever was usual before.</summary>
    public const double AlwaysShare = 0.05;

    /// <summary>A smaller share is never an alert.</summary>
    public const double LeastShare = 0.01;

    /// <summary>Between the two, the share must be this many times the usual one.</summary>
    public const double TimesUsual = 3;

    /// <summary>An alert ends when the share of the organisation's last two reported days is below this.</summary>
    public const double EndShare = 0.005;

    /// <summary>Days before the day in question from which the usual share is taken.</summary>
    public const int UsualDays = 28;

    /// <summary>An organisation that sends no more reports ends its alert after this many days.</summary>
    public const int ForgottenAfterDays = 14;

    /// <summary>The failures that are an alert now, those of known organisations first.</summary>
    /// <param name="state">The days and the history of the organisations now; the failures that were an alert before.</param>
    public static ImmutableArray<FailingRow> Judge(ReportWatchState state, DateOnly today)
    {
        var (days, open) = (state.Days, state.Failing);
        var reported = new SortedDictionary<string, List<DateOnly>>(StringComparer.Ordinal);
        foreach (var (day, watched) in days)
        {
            foreach (var organization in watched.Organizations)
            {
                if (!reported.TryGetValue(organization.Name, out var known))
                    reported.Add(organization.Name, known = []);
                known.Add(day);
            }
        }
        var rows = new List<FailingRow>();
        foreach (var (organization, on) in reported.Where(row => row.Value[^1] >= today.AddDays(-ForgottenAfterDays)))
        {
            var day = on[^1];
            var isNew = !ReporterHistory.IsKnown(state, organization, day, today);
            var failing = Failing(days, open, organization, day).Select(row => row with { IsNew = isNew }).ToArray();
            rows.AddRange(failing);
            rows.AddRange(open.Where(row => row.Organization == organization && row.LastDay < day && on.Count > 1 && row.LastDay == on[^2] && !failing.Any(now => now.Mx == row.Mx && now.ResultType == row.ResultType)));
        }
        return [.. rows.OrderBy(row => row.IsNew).ThenByDescending(row => row.Failed).ThenBy(row => row.Organization, StringComparer.Ordinal).ThenBy(row => row.Mx, StringComparer.Ordinal).ThenBy(row => row.ResultType, StringComparer.Ordinal)];
    }

    private static IEnumerable<FailingRow> Failing(ImmutableSortedDictionary<DateOnly, WatchedDay> days, ImmutableArray<FailingRow> open, string organization, DateOnly day)
    {
        foreach (var failure in days[day].Failures.Where(row => row.Organization == organization))
        {
            var sessions = Math.Max(Sessions(days[day], organization), failure.Failed);
            var share = (double)failure.Failed / sessions;
            var before = open.FirstOrDefault(row => row.Organization == organization && row.Mx == failure.Mx && row.ResultType == failure.ResultType);
            if (before is null ? Begins(days, failure, day, share) : share >= EndShare)
            {
                yield return new FailingRow
                {
                    Organization = organization,
                    Mx = failure.Mx,
                    ResultType = failure.ResultType,
                    Kind = before?.Kind,
                    Since = before?.Since ?? day,
                    LastDay = day,
                    Failed = failure.Failed,
                    Sessions = sessions,
                };
            }
        }
    }

    private static bool Begins(ImmutableSortedDictionary<DateOnly, WatchedDay> days, WatchedFailure failure, DateOnly day, double share)
    {
        if (failure.Failed < LeastFailed || share < LeastShare)
            return false;
        if (share >= AlwaysShare)
            return true;
        var (failed, sessions) = (0L, 0L);
        foreach (var (earlier, watched) in days)
        {
            if (earlier >= day || earlier < day.AddDays(-UsualDays))
                continue;
            failed += watched.Failures.FirstOrDefault(row => row.Organization == failure.Organization && row.Mx == failure.Mx && row.ResultType == failure.ResultType)?.Failed ?? 0;
            sessions += Sessions(watched, failure.Organization);
        }
        return sessions == 0 || share >= TimesUsual * failed / sessions;
    }

    private static long Sessions(WatchedDay day, string organization) => day.Organizations.FirstOrDefault(row => row.Name == organization)?.Sessions ?? 0;
}
