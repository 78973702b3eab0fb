namespace MtaSts.Grains;

/// <summary>
/// Finds days on which an organisation probably saw nothing but its own report mail. A report about one day is mailed on the next, and a sender that counts
/// that session has something to report again, day after day (RFC 8460 §3 wants it left out). So: no more sessions on a day than the organisation's reports
/// about the day before; or the domain is the one that report addresses are in, which gets no other mail.
/// </summary>
public static class ReportMailHints
{
    /// <summary>The organisations of which it holds, by day.</summary>
    /// <param name="days">By day, with the day before the first that is asked for.</param>
    /// <param name="isIntakeDomain">The domain is the one that report addresses are in.</param>
    public static ILookup<DateOnly, string> Of(IReadOnlyList<ScorecardDay> days, bool isIntakeDomain)
    {
        ArgumentNullException.ThrowIfNull(days);
        var byDay = days.ToDictionary(day => day.Day);
        return days
            .SelectMany(day => day.ByOrganization
                .Where(organization => isIntakeDomain || Sessions(organization) is > 0 and var sessions && sessions <= ReportsOf(byDay.GetValueOrDefault(day.Day.AddDays(-1)), organization.Organization))
                .Select(organization => (day.Day, organization.Organization)))
            .ToLookup(row => row.Day, row => row.Organization);
    }

    private static long Sessions(OrganizationTotals organization) => organization.Successful + organization.Failed;

    private static int ReportsOf(ScorecardDay? day, string organization) => day?.ByOrganization.FirstOrDefault(row => row.Organization == organization)?.Reports ?? 0;
}
