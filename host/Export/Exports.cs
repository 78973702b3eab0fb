using MtaSts.Grains;

namespace MtaSts.Host.Export;

/// <summary>What can be exported of a domain; the same from the API and from the pages.</summary>
internal static class Exports
{
    private static readonly string[] ScorecardColumns =
        ["day", "kind", "organization", "policyType", "resultType", "mxHost", "network", "successful", "failed", "failedInDetails", "reports", "reason"];

    private static readonly string[] ReportColumns =
        ["id", "organization", "reportId", "start", "end", "receivedAt", "source", "successful", "failed", "failedInDetails", "otherRange", "mended"];

    /// <summary>The scorecard's rows. Rows of different kinds tell of the same sessions: they are never added up.</summary>
    public static IResult Scorecard(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, ExportFormat format) => new ExportFile<ScorecardRow>(
        $"scorecard-{domain}-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}",
        format,
        ScorecardColumns,
        row => [row.Day, row.Kind, row.Organization, row.PolicyType, row.ResultType, row.MxHost, row.Network, row.Successful, row.Failed, row.FailedInDetails, row.Reports, row.Reason],
        ScorecardRow.Of(ScorecardQuery.Days(grains, workspaceId, domain, from, to)));

    public static IResult Reports(IGrainFactory grains, string workspaceId, string domain, DateOnly from, DateOnly to, ExportFormat format) => new ExportFile<ReportEntry>(
        $"reports-{domain}-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}",
        format,
        ReportColumns,
        entry => [entry.Id, entry.Organization, entry.ReportId, entry.Start, entry.End, entry.ReceivedAt, entry.Source, entry.Sessions.Successful, entry.Sessions.Failed, entry.FailedInDetails, entry.OtherRange, entry.Mended],
        ScorecardQuery.Reports(grains, workspaceId, domain, from, to));
}

/// <summary>A row of a scorecard. Kinds: <c>day</c>, <c>policyType</c>, <c>organization</c>, <c>sender</c> (organisation × policy type), <c>failure</c>, <c>reason</c>.</summary>
internal sealed record ScorecardRow(DateOnly Day, string Kind)
{
    public string? Organization { get; init; }
    public string? PolicyType { get; init; }
    public string? ResultType { get; init; }
    public string? MxHost { get; init; }
    public string? Network { get; init; }
    public long? Successful { get; init; }
    public long? Failed { get; init; }
    public long? FailedInDetails { get; init; }
    public int? Reports { get; init; }
    public string? Reason { get; init; }

    public static async IAsyncEnumerable<ScorecardRow> Of(IAsyncEnumerable<ScorecardDay> days)
    {
        await foreach (var day in days)
        {
            yield return new(day.Day, "day") { Successful = day.Sessions.Successful, Failed = day.Sessions.Failed, Reports = day.Reports };
            foreach (var type in day.ByPolicyType)
                yield return new(day.Day, "policyType") { PolicyType = type.PolicyType, Successful = type.Successful, Failed = type.Failed, FailedInDetails = type.FailedInDetails };
            foreach (var organization in day.ByOrganization)
                yield return new(day.Day, "organization") { Organization = organization.Organization, Successful = organization.Successful, Failed = organization.Failed, Reports = organization.Reports };
            foreach (var sender in day.Senders)
                yield return new(day.Day, "sender") { Organization = sender.Organization, PolicyType = sender.PolicyType, Successful = sender.Successful, Failed = sender.Failed };
            foreach (var failure in day.Failures)
            {
                yield return new(day.Day, "failure")
                {
                    Organization = failure.Organization,
                    PolicyType = failure.PolicyType,
                    ResultType = failure.ResultType,
                    MxHost = failure.MxHost,
                    Network = failure.Network,
                    Failed = failure.Failed,
                };
            }
            foreach (var reason in day.Reasons)
                yield return new(day.Day, "reason") { ResultType = reason.ResultType, Reason = reason.Reason, Failed = reason.Failed };
        }
    }
}
