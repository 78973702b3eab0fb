using MtaSts.Application.Reports;
using MtaSts.Host.Api;

namespace MtaSts.Host.Export;

/// <summary>The exports of a domain, for the API and the pages.</summary>
internal static class Exports
{
    /// <summary>For the OpenAPI document.</summary>
    public const string ScorecardText =
        "CSV (UTF-8 with a byte order mark, names in the first line) or JSON Lines, oldest day first. Each row has a \"kind\"; rows of different kinds describe the same sessions and must not be added up. "
        + "\"day\": successful, failed, reports, lateReports (received after the day was considered complete), reopenedAt (when the last of them was received), otherRanges (reports that are not of one UTC day), "
        + "excluded (reports that a member excluded; no number includes them), disagreeing (reports whose details do not add up to their totals), onlyReportMail (probably only the senders' own report mail). \"policyType\": failedInDetails beside failed. "
        + "\"organization\": with reports, onlyReportMail, unauthenticated (reports neither signed by their submitter nor uploaded by a member) and signer (the domain whose signature all of them have). Organisations are named with their verified signer, as \"Bigmail (bigmail.example)\"; names without a verified signer are written as \"claimed: Bigmail (not verified)\". \"sender\": organization and policyType. \"resultType\", \"mxHost\" and \"network\": failed sessions of one of these. \"failure\": resultType, mxHost, organization, network and policyTypes (in CSV in the cell policyType, with \" | \" between them). "
        + "One failed session may be in several rows of a kind, and no row counts more than the day's failed sessions. \"reason\": resultType and reason. "
        + "\"policy\": organization and the lines of the policy it said it applied (none: it found no policy), with sessions and reports. In CSV the lines are in one cell, separated by \" | \". "
        + "In CSV, a text that could be read as a formula is prefixed with an apostrophe.";

    /// <summary>For the OpenAPI document.</summary>
    public const string ReportsText =
        "CSV (UTF-8 with a byte order mark, names in the first line) or JSON Lines, newest day first. failedInDetails: what the failure details of a policy add up to where that is not its total, which is failedInTotal. otherRange: not one UTC day. "
        + "mended: how many faults were repaired while reading. dkim: the verdict on its signatures, signedBy: the domain that signed. contradicts: the id of an unauthenticated report of the same name and other content that was counted before. organization: as the report claims it. network: of the sending host. excludedAt, excludedBy, excludedBecause (in JSON Lines excluded): a member excluded it, and it is not in the scorecard. In CSV, a text that could be read as a formula is prefixed with an apostrophe.";

    private static readonly string[] ScorecardColumns =
    [
        "day", "kind", "organization", "policyType", "resultType", "mxHost", "network", "successful", "failed", "failedInDetails", "reports", "reason",
        "lateReports", "reopenedAt", "otherRanges", "disagreeing", "onlyReportMail", "policyLines", "unauthenticated", "signer", "excluded",
    ];

    private static readonly string[] ReportColumns =
        ["id", "organization", "reportId", "start", "end", "receivedAt", "source", "successful", "failed", "failedInDetails", "otherRange", "mended", "dkim", "signedBy", "failedInTotal", "contradicts", "submitter", "network", "excludedAt", "excludedBy", "excludedBecause"];

    /// <summary>The scorecard's rows. Rows of different kinds count the same sessions: do not add them up.</summary>
    public static IResult Scorecard(ScorecardExport card, ExportFormat format) => new ExportFile<ScorecardRow>(
        $"scorecard-{card.Domain}-{card.From:yyyy-MM-dd}-{card.To:yyyy-MM-dd}", format, ScorecardColumns, row => row.Cells(), ScorecardRow.Of(card.Days, card.From, card.Receives));

    public static IResult Reports(ReportExport list, ExportFormat format) => new ExportFile<ReportEntryResource>(
        $"reports-{list.Domain}-{list.From:yyyy-MM-dd}-{list.To:yyyy-MM-dd}", format, ReportColumns, Cells, list.Reports.Select(ReportEntryResource.Of));

    /// <summary>Cells in the order of <see cref="ReportColumns"/>.</summary>
    public static object?[] Cells(ReportEntryResource entry) =>
    [
        entry.Id, entry.Organization, entry.ReportId, entry.Start, entry.End, entry.ReceivedAt, entry.Source, entry.Sessions.Successful, entry.Sessions.Failed, entry.FailedInDetails, entry.OtherRange,
        entry.Mended, entry.Dkim, entry.SignedBy, entry.FailedInTotal, entry.Contradicts, entry.Submitter, entry.Network, entry.Excluded?.At, entry.Excluded?.By, entry.Excluded?.Reason,
    ];
}
