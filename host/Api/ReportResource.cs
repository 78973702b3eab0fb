using System.Text.Json.Nodes;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>An envelope and the reports in it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="HasRaw">False: the bytes are older than the plan keeps them.</param>
/// <param name="AddressedTo">The domain whose report address it was sent to.</param>
/// <param name="Dkim">Result of the check of its signatures.</param>
/// <param name="Reports">RFC 8460 §4.4, normalised.</param>
internal sealed record ReportResource(
    string Id,
    string Source,
    DateTimeOffset ReceivedAt,
    int Size,
    string? Peer,
    string? FileName,
    bool HasRaw,
    string? AddressedTo,
    string? Token,
    DkimResource Dkim,
    IngestionState Outcome,
    IReadOnlyList<string> Mended,
    IReadOnlyList<string> Domains,
    IReadOnlyList<JsonNode> Reports)
{
    public static ReportResource Of(EnvelopeView view) => new(
        view.Id, view.Source, view.ReceivedAt, view.Size, view.Peer, view.FileName, view.HasRaw, view.AddressedTo, view.Token, DkimResource.Of(view.Dkim), view.Outcome.State, view.Outcome.Mended,
        view.Outcome.Domains, [.. view.ReportsJson.Select(json => JsonNode.Parse(json)!)]);
}

/// <summary>Result of the check of a report mail's signatures.</summary>
/// <param name="SignedBy">The domain (<c>d=</c>) of the relevant signature; null when there is none.</param>
/// <param name="Selector">That signature's <c>s=</c>.</param>
/// <param name="Detail">Human-readable text: one sentence.</param>
internal sealed record DkimResource(DkimVerdict Verdict, string? SignedBy, string? Selector, DkimFault? Fault, string Detail)
{
    public static DkimResource Of(DkimFinding finding) => new(finding.Verdict, finding.SignedBy, finding.Selector, finding.Fault, finding.Detail);
}

/// <summary>A counted report in a list.</summary>
/// <param name="Id">The id of its envelope.</param>
/// <param name="FailedInDetails">Sum of a policy's failure details where it differs from the total; null: they agree.</param>
/// <param name="OtherRange">The range is not one UTC day.</param>
/// <param name="FailedInTotal">With <paramref name="FailedInDetails"/>: the total of that policy.</param>
/// <param name="Dkim">Whether it is authentic.</param>
/// <param name="SignedBy">The domain that signed it.</param>
/// <param name="Contradicts">The envelope of an unauthenticated report of the same identity and other content, which was counted before this one; null: there is none.</param>
/// <param name="Submitter">The submitter named in the report: the domain of its contact-info, else its organisation.</param>
/// <param name="Network">The network of the host that delivered it; null when the source does not know it.</param>
/// <param name="Token">The token of the report address it was sent to; null for an upload.</param>
/// <param name="Excluded">The exclusion because of which the report is not counted; null: it is counted.</param>
/// <param name="VouchedBy">The envelope of a later copy whose signature verifies this report; null: its own signature does, or none.</param>
internal sealed record ReportEntryResource(
    string Id,
    string Organization,
    string? ReportId,
    DateTimeOffset Start,
    DateTimeOffset End,
    DateTimeOffset ReceivedAt,
    string Source,
    SessionsResource Sessions,
    int Mended,
    long? FailedInDetails,
    bool OtherRange,
    long? FailedInTotal,
    DkimVerdict Dkim,
    string? SignedBy,
    string? Contradicts,
    string? Submitter,
    string? Network,
    string? Token,
    ExclusionResource? Excluded,
    string? VouchedBy)
{
    public static ReportEntryResource Of(ReportEntry entry) => new(
        entry.Id, entry.Organization, entry.ReportId, entry.Start, entry.End, entry.ReceivedAt, entry.Source, SessionsResource.Of(entry.Sessions), entry.Mended, entry.FailedInDetails, entry.OtherRange,
        entry.FailedInTotal, entry.Dkim, entry.SignedBy, entry.Contradicts, entry.Submitter, entry.Network, entry.Token,
        entry.Excluded is { } excluded ? new(excluded.By, excluded.At, excluded.Reason) : null, entry.VouchedBy);
}

/// <summary>A member's decision that a report is not to be counted. It can be reversed.</summary>
/// <param name="By">Who decided it.</param>
/// <param name="Reason">Reason as entered by the member.</param>
internal sealed record ExclusionResource(string By, DateTimeOffset At, string Reason);

/// <summary>Result of a call that excludes reports or counts them again.</summary>
/// <param name="Changed">Reports that are excluded now, or counted again.</param>
/// <param name="OutOfReach">Reports of the same days whose details are no longer kept: they are not changed, because their part of the sums is no longer known.</param>
/// <param name="Replaced">Reports that stay excluded because another one of the same submitter, report-id, domain and range is counted in their place.</param>
/// <param name="IsRecounting">The reports are marked; the counts of a large day are updated within minutes.</param>
internal sealed record ExclusionOutcomeResource(int Changed, int OutOfReach, int Replaced, bool IsRecounting)
{
    public static ExclusionOutcomeResource Of(ExclusionOutcome outcome) => new(outcome.Changed, outcome.OutOfReach, outcome.Replaced, outcome.IsRecounting);
}
