namespace MtaSts.Protocol;

/// <summary>The permanent codes of <see cref="PolicyProblem"/> and <see cref="PolicyFinding"/>.</summary>
public static class PolicyCodes
{
    /// <summary>The mode is none of the three.</summary>
    public const string ModeUnknown = "mode-unknown";

    /// <summary>No mx: not allowed for testing and enforce, and misread by some for none.</summary>
    public const string MxMissing = "mx-missing";

    /// <summary>A pattern is repeated.</summary>
    public const string MxDuplicate = "mx-duplicate";

    /// <summary>A pattern of one label, or a wildcard over a top-level domain.</summary>
    public const string MxSingleLabel = "mx-single-label";

    /// <summary>A label begins with xn-- and does not decode.</summary>
    public const string MxNotIdna = "mx-not-idna";

    /// <summary>A wildcard: some readers let it stand for several labels.</summary>
    public const string MxWildcard = "mx-wildcard";

    /// <summary>max_age is 0: the policy is never cached, and some readers refuse it.</summary>
    public const string MaxAgeZero = "max-age-zero";

    /// <summary>max_age is negative or above <see cref="Policy.MaxAgeLimit"/>.</summary>
    public const string MaxAgeOutOfRange = "max-age-out-of-range";

    /// <summary>max_age is under a day.</summary>
    public const string MaxAgeShort = "max-age-short";

    /// <summary>max_age of an enforced policy is under a week.</summary>
    public const string MaxAgeShortForEnforce = "max-age-short-for-enforce";

    /// <summary>max_age is over 365 days.</summary>
    public const string MaxAgeLong = "max-age-long";

    /// <summary>max_age is exactly the maximum.</summary>
    public const string MaxAgeAtLimit = "max-age-at-limit";

    /// <summary>Larger than <see cref="PolicyWriter.MaxSize"/>.</summary>
    public const string TooLargeToPublish = "too-large-to-publish";

    /// <summary>Larger than <see cref="PolicyReader.MaxSize"/>.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The file is empty.</summary>
    public const string EmptyFile = "empty-file";

    /// <summary>A byte order mark precedes the text.</summary>
    public const string ByteOrderMark = "byte-order-mark";

    /// <summary>A line without content.</summary>
    public const string BlankLine = "blank-line";

    /// <summary>White space at the beginning of a line.</summary>
    public const string LeadingSpace = "leading-space";

    /// <summary>A line without a colon.</summary>
    public const string NoColon = "no-colon";

    /// <summary>White space between the key and its colon.</summary>
    public const string SpaceBeforeColon = "space-before-colon";

    /// <summary>The key is not a name of 1 to 32 characters.</summary>
    public const string KeyInvalid = "key-invalid";

    /// <summary>The value of an unknown key is empty, has control characters or is not UTF-8.</summary>
    public const string ValueInvalid = "value-invalid";

    /// <summary>The version is not STSv1.</summary>
    public const string VersionInvalid = "version-invalid";

    /// <summary>No version.</summary>
    public const string VersionMissing = "version-missing";

    /// <summary>The version is not on the first line.</summary>
    public const string VersionNotFirst = "version-not-first";

    /// <summary>The mode is not exactly one of the three spellings.</summary>
    public const string ModeInvalid = "mode-invalid";

    /// <summary>No mode.</summary>
    public const string ModeMissing = "mode-missing";

    /// <summary>max_age is not 1 to 10 digits.</summary>
    public const string MaxAgeInvalid = "max-age-invalid";

    /// <summary>No max_age.</summary>
    public const string MaxAgeMissing = "max-age-missing";

    /// <summary>max_age is written with leading zeros.</summary>
    public const string MaxAgeLeadingZero = "max-age-leading-zero";

    /// <summary>The mx is neither a host name nor *. and a domain.</summary>
    public const string MxInvalid = "mx-invalid";

    /// <summary>Upper case in an mx.</summary>
    public const string MxUpperCase = "mx-upper-case";

    /// <summary>A key other than mx is repeated; the first is used.</summary>
    public const string KeyDuplicate = "key-duplicate";

    /// <summary>A key that RFC 8461 does not define; it is ignored.</summary>
    public const string KeyUnknown = "key-unknown";

    /// <summary>Characters outside ASCII in the value of an unknown key.</summary>
    public const string NotAscii = "not-ascii";

    /// <summary>White space at the end of a line.</summary>
    public const string TrailingSpace = "trailing-space";

    /// <summary>Lines end in LF alone.</summary>
    public const string LineFeedOnly = "line-feed-only";

    /// <summary>The last line has no line end.</summary>
    public const string NoFinalLineEnd = "no-final-line-end";
}
