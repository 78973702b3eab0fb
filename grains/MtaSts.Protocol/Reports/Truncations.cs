namespace MtaSts.Protocol.Reports;

/// <summary>Which limits of <see cref="ReportLimits"/> cut something off a report that was read all the same.</summary>
[Flags]
public enum Truncations
{
    /// <summary>The report was read whole.</summary>
    None = 0,

    /// <summary>Policies past <see cref="ReportLimits.MaxPolicies"/> were skipped.</summary>
    Policies = 1,

    /// <summary>Failure details past <see cref="ReportLimits.MaxDetails"/> were skipped; the totals of each policy are still whole.</summary>
    Details = 2,

    /// <summary>A text was longer than <see cref="ReportLimits.MaxStringBytes"/> and keeps its beginning.</summary>
    Strings = 4,

    /// <summary>A <c>policy-string</c> or <c>mx-host</c> list was longer than <see cref="ReportLimits.MaxListElements"/>.</summary>
    Lists = 8,

    /// <summary>There was more to mend than <see cref="ReportLimits.MaxMends"/>; the further notes were not kept.</summary>
    Mends = 16,
}
