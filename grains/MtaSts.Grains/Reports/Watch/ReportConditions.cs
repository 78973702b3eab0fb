using System.Collections.Immutable;
using System.Globalization;
using MtaSts.Protocol;

namespace MtaSts.Grains.Reports;

/// <summary>The alert conditions of a claim's reports.</summary>
internal static class ReportConditions
{
    /// <summary>Failing rows named in an alert; the others are counted.</summary>
    public const int MaxRows = 20;

    public static IEnumerable<AlertCondition> Of(ReportWatchState state, ReportWatchFacts facts, DateTimeOffset now, bool mayBegin)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        foreach (var rows in state.Failing.GroupBy(row => row.Kind ?? AlertKinds.SessionsFailing).OrderBy(rows => rows.Key, StringComparer.Ordinal))
            yield return Failing(rows.Key, [.. rows], facts.Mode);
        if (Outdated(state, facts, now, today) is { } outdated)
            yield return outdated;
        if (facts.ReportingSince is not { } since)
            yield break; // Without the record nobody can report: another alert says so.
        var isKnown = state.Conditions.Any(condition => condition.Kind == AlertKinds.NoReports);
        if (!state.HasReports && now >= since + ReporterRules.FirstReportWithin && (isKnown || mayBegin))
            yield return AlertCondition.Of(AlertKinds.NoReports).With(AlertParameters.Since, Date(since));
        if (!state.Silent.IsEmpty)
        {
            yield return AlertCondition.Of(AlertKinds.ReportersSilent)
                .With(AlertParameters.Organizations, [.. state.Silent.Select(reporter => reporter.Organization)])
                .With(AlertParameters.LastDays, [.. state.Silent.Select(reporter => Date(reporter.LastDay))])
                .With(AlertParameters.All, ReporterRules.IsEverybodySilent(state, today));
        }
    }

    private static AlertCondition Failing(string kind, ImmutableArray<FailingRow> rows, string? mode)
    {
        var named = rows.Take(MaxRows).ToArray();
        string[] newReporters = [.. named.Where(row => row.IsNew).Select(row => row.Organization).Distinct()];
        var condition = AlertCondition.Of(kind)
            .With(AlertParameters.Mode, mode)
            .With(AlertParameters.Since, Date(rows.Min(row => row.Since)))
            .With(AlertParameters.Organizations, [.. named.Select(row => row.Organization)])
            .With(AlertParameters.ReportedMx, [.. named.Select(row => row.Mx)])
            .With(AlertParameters.ResultTypes, [.. named.Select(row => row.ResultType)])
            .With(AlertParameters.Failed, [.. named.Select(row => Number(row.Failed))])
            .With(AlertParameters.Sessions, [.. named.Select(row => Number(row.Sessions))])
            .With(AlertParameters.LastDays, [.. named.Select(row => Date(row.LastDay))])
            .With(AlertParameters.More, rows.Length > MaxRows ? Number(rows.Length - MaxRows) : null);
        return newReporters.Length == 0 ? condition : condition.With(AlertParameters.NewReporters, newReporters);
    }

    // The same kind as the record's own alert: one cause, one alert. Anyone could claim to apply an earlier version: new organisations do not count.
    private static AlertCondition? Outdated(ReportWatchState state, ReportWatchFacts facts, DateTimeOffset now, DateOnly today)
    {
        var versions = facts.Replaced.GroupBy(version => WatchedPolicy.HashOf(version.Lines)).ToDictionary(same => same.Key, same => same.MaxBy(version => version.Number)!, StringComparer.Ordinal);
        var latest = new SortedDictionary<string, (DateOnly Day, ReplacedVersion? Version)>(StringComparer.Ordinal);
        foreach (var (day, watched) in state.Days)
        {
            foreach (var policy in watched.Policies.Where(policy => ReporterHistory.IsKnown(state, policy.Organization, day, today)))
                latest[policy.Organization] = (day, versions.GetValueOrDefault(policy.Hash));
        }
        var applying = latest.Where(row => row.Value.Version is not null)
            .Select(row => (Organization: row.Key, Version: row.Value.Version!, Until: EndOf(row.Value.Day).AddSeconds(row.Value.Version!.MaxAge)))
            .Where(row => row.Until > now).ToArray();
        return applying.Length == 0 ? null : AlertCondition.Of(AlertKinds.PolicyRecordMismatch)
            .With(AlertParameters.Organizations, [.. applying.Select(row => row.Organization)])
            .With(AlertParameters.Version, [.. applying.Select(row => row.Version.Number).Distinct().Order().Select(number => Number(number))])
            .With(AlertParameters.CachedUntil, Date(applying.Max(row => row.Until)))
            .With(AlertParameters.Mode, applying.Any(row => row.Version.Mode == PolicyMode.Enforce.ToText()) ? PolicyMode.Enforce.ToText() : null);
    }

    private static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    private static string Date(DateTimeOffset time) => Date(DateOnly.FromDateTime(time.UtcDateTime));

    private static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
