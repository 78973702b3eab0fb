using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The report mail that a domain gets.</summary>
public enum ReportMailReceived
{
    /// <summary>None: its reports go elsewhere.</summary>
    None,

    /// <summary>The reports about itself, among other mail.</summary>
    Its,

    /// <summary>Reports and nothing else: report addresses are in it.</summary>
    OnlyReports,
}

/// <summary>
/// Finds days on which an organisation probably saw nothing but its own report mail. A report about one day is mailed on the next, and a sender that counts
/// that session has something to report again, day after day (RFC 8460 §3 wants it left out). That takes a domain whose reports are mailed to the domain itself.
/// So, there: no more sessions on a day than the organisation's reports about the day before. And the domain that report addresses are in gets no other mail.
/// </summary>
public static class ReportMailHints
{
    /// <summary>The organisations of which it holds, by day.</summary>
    /// <param name="days">By day, with the day before the first that is asked for.</param>
    /// <param name="receives">What report mail the domain gets.</param>
    public static ILookup<DateOnly, string> Of(IReadOnlyList<ScorecardDay> days, ReportMailReceived receives)
    {
        ArgumentNullException.ThrowIfNull(days);
        if (receives == ReportMailReceived.None)
            return Array.Empty<(DateOnly, string)>().ToLookup(row => row.Item1, row => row.Item2);
        var byDay = days.ToDictionary(day => day.Day);
        return days
            .SelectMany(day => day.ByOrganization
                .Where(organization => receives == ReportMailReceived.OnlyReports || Sessions(organization) is > 0 and var sessions && sessions <= ReportsOf(byDay.GetValueOrDefault(day.Day.AddDays(-1)), organization.Organization))
                .Select(organization => (day.Day, organization.Organization)))
            .ToLookup(row => row.Day, row => row.Organization);
    }

    /// <summary>What report mail a domain gets, as its report address and its reporting record say.</summary>
    public static ReportMailReceived Received(DomainView? view)
    {
        if (view is null)
            return ReportMailReceived.None;
        if (IsAt(view.Name, view.ReportAddress))
            return ReportMailReceived.OnlyReports;
        return view.LastObservation is { } seen && ReportingRecord.Select(seen.ReportingRecord.Values) is ReportingRecordReading.Found found && found.Record.Rua.Any(uri => IsAt(view.Name, uri.MailAddress))
            ? ReportMailReceived.Its
            : ReportMailReceived.None;
    }

    private static bool IsAt(string domain, string? address) => address?.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase) ?? false;

    private static long Sessions(OrganizationTotals organization) => organization.Successful + organization.Failed;

    private static int ReportsOf(ScorecardDay? day, string organization) => day?.ByOrganization.FirstOrDefault(row => row.Organization == organization)?.Reports ?? 0;
}
