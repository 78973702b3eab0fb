namespace MtaSts.Protocol.Reports;

/// <summary>The codes of <see cref="Mend"/>. They are stored: the meaning of a code never changes.</summary>
public static class MendCodes
{
    /// <summary><c>organization-name</c> is absent or empty.</summary>
    public const string OrganizationNameMissing = "organization-name-missing";

    /// <summary><c>contact-info</c> is absent, empty or null.</summary>
    public const string ContactInfoMissing = "contact-info-missing";

    /// <summary><c>report-id</c> is absent or empty: the content is used instead.</summary>
    public const string ReportIdMissing = "report-id-missing";

    /// <summary>A date-time has no zone: read as UTC.</summary>
    public const string DateWithoutZone = "date-without-zone";

    /// <summary>A date has no time: read as midnight UTC.</summary>
    public const string DateWithoutTime = "date-without-time";

    /// <summary>A date-time does not follow RFC 3339: read nevertheless.</summary>
    public const string DateFormVariant = "date-form-variant";

    /// <summary>The range ends before it begins: kept as written.</summary>
    public const string DateRangeReversed = "date-range-reversed";

    /// <summary>An element of <c>policies</c> is not an object or has no <c>policy</c>: skipped.</summary>
    public const string PolicySkipped = "policy-skipped";

    /// <summary><c>policy-type</c> is absent: kept empty.</summary>
    public const string PolicyTypeMissing = "policy-type-missing";

    /// <summary><c>policy-domain</c> is absent: taken from the mail's header or recipient address.</summary>
    public const string PolicyDomainMissing = "policy-domain-missing";

    /// <summary><c>policy-domain</c> is not a domain name: kept as written.</summary>
    public const string PolicyDomainInvalid = "policy-domain-invalid";

    /// <summary>A list was given as a single text: read as a list of one.</summary>
    public const string ListAsText = "list-as-text";

    /// <summary>A list was given as a single object: read as a list of one.</summary>
    public const string ListAsObject = "list-as-object";

    /// <summary>A list was packed as JSON into one text: unpacked.</summary>
    public const string ListPackedInText = "list-packed-in-text";

    /// <summary>An element of <c>mx-host</c> began with <c>mx:</c>: prefix removed.</summary>
    public const string MxHostPrefix = "mx-host-prefix";

    /// <summary><c>summary</c> is absent: counts are 0.</summary>
    public const string SummaryMissing = "summary-missing";

    /// <summary>A count is absent: 0.</summary>
    public const string CountMissing = "count-missing";

    /// <summary>A count is a text: read as a number.</summary>
    public const string CountAsText = "count-as-text";

    /// <summary>A count is not whole: rounded down.</summary>
    public const string CountNotWhole = "count-not-whole";

    /// <summary>A count is negative: 0.</summary>
    public const string CountNegative = "count-negative";

    /// <summary>A count is larger than 2^53 − 1: that number.</summary>
    public const string CountTooLarge = "count-too-large";

    /// <summary>A count is not a number: 0.</summary>
    public const string CountInvalid = "count-invalid";

    /// <summary>An element of <c>failure-details</c> is not an object or has no <c>result-type</c>: skipped.</summary>
    public const string DetailSkipped = "detail-skipped";

    /// <summary>The details add up to more than <c>total-failure-session-count</c>: both kept, as sessions may count several times.</summary>
    public const string DetailsExceedTotal = "details-exceed-total";

    /// <summary>A field has a name that only drafts or other reporters use: read as the standard name.</summary>
    public const string FieldNameVariant = "field-name-variant";

    /// <summary>A field has a value of the wrong JSON type: ignored.</summary>
    public const string WrongKind = "wrong-kind";

    /// <summary>A text is a number: its digits are the text.</summary>
    public const string TextAsNumber = "text-as-number";

    /// <summary>A name is repeated in one object: the first is used.</summary>
    public const string DuplicateName = "duplicate-name";

    /// <summary>A text holds NUL or is not valid UTF-8: replaced by U+FFFD.</summary>
    public const string TextRepaired = "text-repaired";

    /// <summary>A text is longer than the limit: cut.</summary>
    public const string TextTruncated = "text-truncated";

    /// <summary>A list is longer than the limit: cut.</summary>
    public const string ListTruncated = "list-truncated";

    /// <summary>There are more policies than the limit: the rest was skipped.</summary>
    public const string PoliciesTruncated = "policies-truncated";

    /// <summary>There are more failure details than the limit: the rest was skipped.</summary>
    public const string DetailsTruncated = "details-truncated";

    /// <summary>Data follows the report: ignored.</summary>
    public const string TrailingContent = "trailing-content";

    /// <summary>The text is UTF-16: converted (RFC 7493 requires UTF-8).</summary>
    public const string NotUtf8 = "not-utf8";
}
