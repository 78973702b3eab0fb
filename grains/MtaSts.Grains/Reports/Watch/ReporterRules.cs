using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>An organisation whose reports stopped.</summary>
/// <param name="LastDay">The last day that it reported.</param>
/// <param name="UsualDays">Longest time between two of its reports, in days.</param>
internal sealed record SilentReporter(
    [property: JsonPropertyName("organization")] string Organization,
    [property: JsonPropertyName("lastDay")] DateOnly LastDay,
    [property: JsonPropertyName("usualDays")] int UsualDays);

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

    /// <summary>Days for which an organisation must be known before its silence means anything. Some senders report for a few days only, and anyone can do so.</summary>
    public const int LeastDays = 14;

    /// <summary>Missing reporters that are remembered; an alert names no more.</summary>
    public const int MaxSilent = AlertCondition.MaxValues;

    /// <summary>While others still report, an organisation that is missing for this many days is forgotten.</summary>
    public const int ForgottenAfterDays = 90;

    /// <summary>How long after an organisation's last report its silence is noticed at the earliest. A day's report arrives until late on the following day.</summary>
    public static readonly TimeSpan Earliest = TimeSpan.FromHours(48);

    /// <summary>An irregular reporter may be silent for this many times its longest pause.</summary>
    public const int TimesUsual = 2;

    /// <summary>How long after the reporting record was seen the first report should have arrived.</summary>
    public static readonly TimeSpan FirstReportWithin = TimeSpan.FromDays(7);

    /// <summary>The missing reporters after a look: those that were missing and have not reported since, and new ones.</summary>
    /// <param name="mayBegin">False: the service itself may be the reason, so no other reporter is missing yet.</param>
    public static ImmutableArray<SilentReporter> Follow(ReportWatchState state, DateTimeOffset now, bool mayBegin)
    {
        ImmutableArray<SilentReporter> kept =
        [
            .. state.Silent.Where(reporter => !state.Days.Any(day => day.Key > reporter.LastDay && day.Value.Organizations.Any(row => row.Name == reporter.Organization))
                && (state.Days.IsEmpty || now < EndOf(reporter.LastDay).AddDays(ForgottenAfterDays))),
        ];
        return mayBegin ? [.. kept, .. Silent(state, now).Where(reporter => !kept.Any(known => known.Organization == reporter.Organization)).Take(MaxSilent - kept.Length)] : kept;
    }

    /// <summary>Whether every organisation that is known here is missing. Uploads do not arrive by themselves and are not considered.</summary>
    public static bool IsEverybodySilent(ReportWatchState state, DateOnly today) => ReporterHistory.Names(state.Days)
        .Where(name => SendingOrganizations.SignerOf(name) is not null && ReporterHistory.IsKnown(state, name, DateOnly.MaxValue, today))
        .All(name => state.Silent.Any(reporter => reporter.Organization == name));

    /// <summary>The organisations that should have reported by now, by name.</summary>
    private static IEnumerable<SilentReporter> Silent(ReportWatchState state, DateTimeOffset now)
    {
        var reported = new SortedDictionary<string, List<DateOnly>>(StringComparer.Ordinal);
        foreach (var (day, watched) in state.Days)
        {
            foreach (var organization in watched.Organizations.Where(row => SendingOrganizations.SignerOf(row.Name) is not null))
            {
                if (!reported.TryGetValue(organization.Name, out var known))
                    reported.Add(organization.Name, known = []);
                known.Add(day);
            }
        }
        return reported.Where(row => row.Value.Count >= LeastReports && DaysBetween(state, row.Key, row.Value) >= LeastDays)
            .Select(row => new SilentReporter(row.Key, row.Value[^1], row.Value.Zip(row.Value.Skip(1)).Max(pair => pair.Second.DayNumber - pair.First.DayNumber)))
            .Where(reporter => now >= DueAt(reporter));
    }

    /// <summary>Between the first and the last day. Reports dated before the day that precedes their arrival do not count.</summary>
    private static int DaysBetween(ReportWatchState state, string organization, List<DateOnly> on) =>
        state.FirstSeen.TryGetValue(organization, out var seen) ? on[^1].DayNumber - Math.Max(on[0].DayNumber, seen.DayNumber - 1) : 0;

    /// <summary>When a reporter's silence is noticed: after the report of its next usual day should have arrived.</summary>
    private static DateTimeOffset DueAt(SilentReporter reporter)
    {
        var pause = TimeSpan.FromDays(reporter.UsualDays == 1 ? 2 : (TimesUsual * reporter.UsualDays) + 1);
        return EndOf(reporter.LastDay) + (pause > Earliest ? pause : Earliest);
    }

    private static DateTimeOffset EndOf(DateOnly day) => new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);
}
