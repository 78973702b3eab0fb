using System.Collections.Immutable;

namespace MtaSts.Grains.Reports;

/// <summary>An organisation whose reports stopped.</summary>
/// <param name="LastDay">The last day that it reported.</param>
/// <param name="UsualDays">Longest time between two of its reports, in days.</param>
internal sealed record SilentReporter(string Organization, DateOnly LastDay, int UsualDays);

/// <summary>
/// Which reports are missing. Senders report a day only when they had sessions, so each organisation's own rhythm counts: some report daily, some on working days,
/// some seldom. Only organisations whose reports are signed are judged: uploads have the rhythm of a member.
/// </summary>
internal static class ReporterRules
{
    /// <summary>Days from which a rhythm is learned.</summary>
    public const int History = 35;

    /// <summary>With fewer reports there is no rhythm.</summary>
    public const int LeastReports = 4;

    /// <summary>How long after an organisation's last report its silence is noticed at the earliest. A day's report arrives until late on the following day.</summary>
    public static readonly TimeSpan Earliest = TimeSpan.FromHours(48);

    /// <summary>An irregular reporter may be silent for this many times its longest pause.</summary>
    public const int TimesUsual = 2;

    /// <summary>How long after the reporting record was seen the first report should have arrived.</summary>
    public static readonly TimeSpan FirstReportWithin = TimeSpan.FromDays(7);

    /// <summary>The organisations that should have reported by now, by name.</summary>
    public static ImmutableArray<SilentReporter> Silent(ImmutableSortedDictionary<DateOnly, WatchedDay> days, DateTimeOffset now)
    {
        var reported = new SortedDictionary<string, List<DateOnly>>(StringComparer.Ordinal);
        foreach (var (day, watched) in days)
        {
            foreach (var organization in watched.Organizations.Where(row => SendingOrganizations.ZoneOf(row.Name) is not null))
            {
                if (!reported.TryGetValue(organization.Name, out var known))
                    reported.Add(organization.Name, known = []);
                known.Add(day);
            }
        }
        return
        [
            .. reported.Where(row => row.Value.Count >= LeastReports)
                .Select(row => new SilentReporter(row.Key, row.Value[^1], row.Value.Zip(row.Value.Skip(1)).Max(pair => pair.Second.DayNumber - pair.First.DayNumber)))
                .Where(reporter => now >= DueAt(reporter)),
        ];
    }

    /// <summary>When a reporter's silence is noticed: after the report of its next usual day should have arrived.</summary>
    private static DateTimeOffset DueAt(SilentReporter reporter)
    {
        var pause = TimeSpan.FromDays(reporter.UsualDays == 1 ? 2 : (TimesUsual * reporter.UsualDays) + 1);
        return new DateTimeOffset(reporter.LastDay.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + (pause > Earliest ? pause : Earliest);
    }
}
