namespace MtaSts.Grains.Reports;

/// <summary>Reports that came unsigned, and of which a signed copy comes later.</summary>
internal sealed partial class ScorecardGrain
{
    /// <summary>The signature of a copy vouches for the report that was counted. After a crash the copy is applied again, and so is this.</summary>
    private Task<ExclusionOutcome> Raise(string countedFrom, ScorecardContribution copy) => Amend(entry =>
        entry.Id == countedFrom && entry.Start == copy.Start && entry.End == copy.End && entry.ReportId == (copy.ReportId is { } id ? Capped.Name(id) : null) && entry.Dkim != DkimVerdict.Pass
            ? entry with { Dkim = copy.Dkim, SignedBy = copy.SignedBy, VouchedBy = copy.EnvelopeId == countedFrom ? null : copy.EnvelopeId }
            : null);
}
