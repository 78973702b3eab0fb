namespace MtaSts.Protocol.Reports;

/// <summary>The policy types of RFC 8460 §4.4. A report may hold others; they are kept as written.</summary>
public static class PolicyTypes
{
    /// <summary>An MTA-STS policy (RFC 8461).</summary>
    public const string Sts = "sts";

    /// <summary>DANE TLSA records (RFC 7672).</summary>
    public const string Tlsa = "tlsa";

    /// <summary>Neither an MTA-STS policy nor TLSA records were found.</summary>
    public const string NoPolicyFound = "no-policy-found";

    private static readonly string[] Known = [Sts, Tlsa, NoPolicyFound];

    /// <summary>A known type in its standard spelling, ignoring case; any other as written.</summary>
    internal static string Normalize(string type) =>
        Array.Find(Known, known => string.Equals(known, type, StringComparison.OrdinalIgnoreCase)) ?? type;
}
