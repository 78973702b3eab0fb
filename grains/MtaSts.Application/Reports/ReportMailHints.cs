using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Reports;

/// <summary>The report mail that a domain receives.</summary>
public enum ReportMailReceived
{
    /// <summary>None: its reports are sent elsewhere.</summary>
    None,

    /// <summary>The reports about itself, in addition to other mail.</summary>
    Its,

    /// <summary>Only reports: it is the domain of the report addresses.</summary>
    OnlyReports,
}

/// <summary>
/// Finds days on which an organisation probably counted only its own report mail. A report about one day is mailed on the next, and a sender that counts
/// that session has something to report again, day after day (RFC 8460 §3 excludes it). This occurs if a domain's reports are mailed to the domain itself.
/// The sign is: no more sessions on a day than the organisation's reports about the day before. The domain of the report addresses receives no other mail.
/// </summary>
public static class ReportMailHints
{
    /// <summary>The organisations with this sign, by day.</summary>
    /// <param name="days">By day, including the day before the first requested one.</param>
    /// <param name="receives">The report mail that the domain receives.</param>
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

    /// <summary>The report mail that a domain receives, according to its report address and its reporting record.</summary>
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
