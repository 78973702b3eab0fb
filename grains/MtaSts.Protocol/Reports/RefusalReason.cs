namespace MtaSts.Protocol.Reports;

/// <summary>Why no report could be read. Names and numbers are stored: add at the end, never renumber.</summary>
public enum RefusalReason
{
    /// <summary>There are no bytes.</summary>
    Empty = 0,

    /// <summary>More bytes than <see cref="ReportLimits.MaxInputBytes"/>.</summary>
    TooLarge = 1,

    /// <summary>More bytes than <see cref="ReportLimits.MaxInflatedBytes"/> result from unpacking gzip, zip or a transfer encoding.</summary>
    DecompressedTooLarge = 2,

    /// <summary>The data inflates by more than <see cref="ReportLimits.MaxInflationRatio"/>: a bomb, not a report.</summary>
    RatioTooHigh = 3,

    /// <summary>Neither JSON nor gzip, zip or mail, or one of them without a TLS report inside.</summary>
    NotAReport = 4,

    /// <summary>The mail's headers or structure cannot be read.</summary>
    MalformedMail = 5,

    /// <summary>The gzip or zip data is damaged, encrypted or of an unsupported kind.</summary>
    MalformedArchive = 6,

    /// <summary>The bytes begin like JSON but are not valid JSON.</summary>
    MalformedJson = 7,

    /// <summary>JSON, MIME parts or archives are nested deeper than the limits allow.</summary>
    TooDeep = 8,

    /// <summary><c>date-range</c>, <c>start-datetime</c> or <c>end-datetime</c> is absent: the report cannot be assigned to a day.</summary>
    MissingDateRange = 9,

    /// <summary><c>start-datetime</c> or <c>end-datetime</c> is not a date.</summary>
    MalformedDateRange = 10,

    /// <summary><c>policies</c> is absent or not a list.</summary>
    PoliciesNotAList = 11,

    /// <summary>More MIME parts, header fields (or bytes of them) or archive members than the limits allow.</summary>
    TooManyParts = 12,

    /// <summary>More reports in one delivery than <see cref="ReportLimits.MaxReports"/>.</summary>
    TooManyReports = 13,
}
