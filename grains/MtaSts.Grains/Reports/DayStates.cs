namespace MtaSts.Grains.Reports;

/// <summary>A day's sums from a day as it crosses grains.</summary>
internal static class DayStates
{
    public static DayState Of(ScorecardDay day) => new()
    {
        Successful = day.Sessions.Successful,
        Failed = day.Sessions.Failed,
        Reports = day.Reports,
        Types = [.. day.ByPolicyType],
        Organizations = [.. day.ByOrganization],
        Failures = [.. day.Failures],
    };
}
