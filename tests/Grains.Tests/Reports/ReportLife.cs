using System.Collections.Immutable;
using MtaSts.Grains.Reports;

namespace MtaSts.Grains.Tests.Reports;

internal sealed record ReportedFailure(string Organization, string? Mx, string ResultType, string PolicyType, long Failed);

/// <summary>A claim's watch over days. A day's reports are there in its evening.</summary>
internal sealed class ReportLife
{
    public static readonly DateOnly First = new(2026, 1, 5); // A Monday.

    private ImmutableSortedDictionary<DateOnly, WatchedDay> days = ImmutableSortedDictionary<DateOnly, WatchedDay>.Empty;

    public ReportWatchState State { get; private set; } = new();

    public bool HasRecord { get; set; } = true;

    public DateTimeOffset Since { get; set; } = Moment(0);

    public string Mode { get; set; } = "enforce";

    public bool IsHeldBack { get; set; }

    public List<(int Day, AlertCondition Condition)> Raised { get; } = [];

    public List<(int Day, string Kind)> Ended { get; } = [];

    public IReadOnlyList<AlertCondition> Open { get; private set; } = [];

    public static DateTimeOffset Moment(int day) => new(First.AddDays(day), new TimeOnly(22, 0), TimeSpan.Zero);

    /// <summary>The day's reports are counted, and looked at in the evening.</summary>
    public void Report(int day, IReadOnlyList<(string Organization, long Sessions, ReportedFailure[] Failures)> reports, bool isJudged = true)
    {
        Count(day, reports);
        if (isJudged)
            Look(day);
    }

    /// <summary>Reports for a day arrive, whenever that is.</summary>
    public void Count(int day, IReadOnlyList<(string Organization, long Sessions, ReportedFailure[] Failures)> reports)
    {
        if (reports.Count > 0)
            days = days.SetItem(First.AddDays(day), WatchedDay.Of(Card(reports), organization => ReporterHistory.DaysKnown(days, State.FirstSeen, organization, First.AddDays(day), First.AddDays(day))));
    }

    public void Look(int day)
    {
        days = days.RemoveRange(days.Keys.Where(known => known < First.AddDays(day - ReporterRules.History)));
        State = ReportLook.After(State, days, new ReportWatchFacts(HasRecord ? Since : null, Mode), Moment(day), day, IsHeldBack);
        AlertCondition[] open = [.. State.Conditions.Select(condition => condition.ToCondition())];
        Raised.AddRange(open.Where(condition => Open.All(known => known.Kind != condition.Kind)).Select(condition => (day, condition)));
        Ended.AddRange(Open.Where(known => open.All(condition => condition.Kind != known.Kind)).Select(known => (day, known.Kind)));
        Open = open;
    }

    public static WatchedDay Day(IReadOnlyList<(string Organization, long Sessions, ReportedFailure[] Failures)> reports, params (string Organization, string Lines)[] policies) => WatchedDay.Of(Card(reports, policies), static _ => 0);

    public static ScorecardDay Card(IReadOnlyList<(string Organization, long Sessions, ReportedFailure[] Failures)> reports, params (string Organization, string Lines)[] policies) => new()
    {
        Day = First,
        Sessions = new SessionTotals(reports.Sum(report => report.Sessions), 0),
        Reports = reports.Count,
        ByPolicyType = [],
        Failures = [.. reports.SelectMany(report => report.Failures).Select(failure => new ScorecardFailure(failure.ResultType, failure.Mx, failure.Organization, failure.PolicyType, failure.Failed))],
        ByOrganization = [.. reports.Select(report => new OrganizationTotals(report.Organization, report.Sessions - report.Failures.Select(failure => failure.Failed).DefaultIfEmpty().Max(), report.Failures.Select(failure => failure.Failed).DefaultIfEmpty().Max(), 1))],
        Policies = [.. policies.Select(policy => new OrganizationPolicy(policy.Organization, policy.Lines, 1, 0, 1))],
    };
}
