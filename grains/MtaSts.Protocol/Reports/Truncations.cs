namespace MtaSts.Protocol.Reports;

/// <summary>The limits of <see cref="ReportLimits"/> that truncated a report.</summary>
[Flags]
public enum Truncations
{
    /// <summary>The report was read completely.</summary>
    None = 0,

    /// <summary>Policies beyond <see cref="ReportLimits.MaxPolicies"/> were skipped.</summary>
    Policies = 1,

    /// <summary>Failure details beyond <see cref="ReportLimits.MaxDetails"/> were skipped; the totals of each policy are still complete.</summary>
    Details = 2,

    /// <summary>A text was longer than <see cref="ReportLimits.MaxStringBytes"/> and was cut.</summary>
    Strings = 4,

    /// <summary>A <c>policy-string</c> or <c>mx-host</c> list was longer than <see cref="ReportLimits.MaxListElements"/>.</summary>
    Lists = 8,

    /// <summary>There were more corrections than <see cref="ReportLimits.MaxMends"/>; further notes were dropped.</summary>
    Mends = 16,
}
