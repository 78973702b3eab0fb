using MtaSts.Grains;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Reports;

/// <summary>Short notes about a day's numbers.</summary>
internal static class DayNotes
{
    public static IEnumerable<string> Of(ScorecardDay day)
    {
        if (day.ReopenedAt is { } at)
            yield return $"re-opened at {Show.Utc(at)}: {Show.Plural(day.LateReports, "late report")}";
        else if (day.LateReports > 0)
            yield return $"{Show.Plural(day.LateReports, "late report")}";
        if (day.OtherRanges > 0)
            yield return $"{Show.Plural(day.OtherRanges, "report")} not of one UTC day, counted on the day of their start";
        if (day.Disagreeing > 0)
        {
            var types = day.ByPolicyType.Where(type => type.Failed != type.FailedInDetails).Select(type => $"{type.PolicyType} {Show.Count(type.Failed)} failed, {Show.Count(type.FailedInDetails)} in details");
            yield return $"{Show.Plural(day.Disagreeing, "report")} whose details do not add up to the totals{(types.Any() ? ": " + string.Join("; ", types) : "")}";
        }
        if (day.OnlyReportMail)
            yield return "probably only the senders' own report mail";
    }
}
