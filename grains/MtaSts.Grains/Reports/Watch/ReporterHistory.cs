using System.Collections.Immutable;

namespace MtaSts.Grains.Reports;

/// <summary>
/// For how many days each organisation is known. Anyone can sign a report with a domain of their own, and backdate it: an organisation is known for as many earlier days as it reported,
/// but for no more than have passed since its first report arrived.
/// </summary>
internal static class ReporterHistory
{
    /// <summary>An organisation that is known for fewer days is new: what it reports is no reason to act without other evidence.</summary>
    public const int LeastDays = 3;

    /// <summary>When the first report of each organisation was noticed.</summary>
    public static ImmutableSortedDictionary<string, DateOnly> FirstSeen(ImmutableSortedDictionary<string, DateOnly> known, ImmutableSortedDictionary<DateOnly, WatchedDay> days, DateOnly today)
    {
        var names = Names(days).ToHashSet(StringComparer.Ordinal);
        return known.RemoveRange(known.Keys.Where(name => !names.Contains(name))).AddRange(names.Where(name => !known.ContainsKey(name)).Select(name => KeyValuePair.Create(name, today)));
    }

    /// <summary>For how many days before a day an organisation is known. A member vouches for the reports that are uploaded.</summary>
    public static int DaysKnown(ImmutableSortedDictionary<DateOnly, WatchedDay> days, ImmutableSortedDictionary<string, DateOnly> firstSeen, string organization, DateOnly day, DateOnly today) =>
        SendingOrganizations.SignerOf(organization) is null ? ReporterRules.History
        : !firstSeen.TryGetValue(organization, out var seen) ? 0
        : Math.Min(days.Count(known => known.Key < day && known.Value.Organizations.Any(row => row.Name == organization)), today.DayNumber - seen.DayNumber);

    /// <summary>Whether an organisation reported on enough days before a day.</summary>
    public static bool IsKnown(ReportWatchState state, string organization, DateOnly day, DateOnly today) => DaysKnown(state.Days, state.FirstSeen, organization, day, today) >= LeastDays;

    /// <summary>The organisations of the days, each once.</summary>
    public static IEnumerable<string> Names(ImmutableSortedDictionary<DateOnly, WatchedDay> days) => days.Values.SelectMany(static day => day.Organizations).Select(static row => row.Name).Distinct(StringComparer.Ordinal);
}
