namespace MtaSts.Protocol;

/// <summary>Reads policy files (RFC 8461 §3.2). The strict and the tolerant mode share one parser and differ in what they refuse.</summary>
public static class PolicyReader
{
    /// <summary>Largest file read, in bytes: the 64 KB that RFC 8461 §3.3 suggests, which bounds the memory that a server can make us use.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>Most findings of one weight that are kept: a file of nothing but line ends would make tens of thousands.</summary>
    public const int MaxFindings = 50;

    /// <summary>
    /// Accepts files that we would publish: allowed by the RFC and read alike by every known reader. Notes contain remarks only.
    /// </summary>
    /// <param name="file">The body as served.</param>
    public static PolicyReading ReadStrict(ReadOnlySpan<byte> file) => Read(file, FindingWeight.Risk);

    /// <summary>
    /// Accepts files that RFC 8461 requires senders to accept: unknown keys are ignored, the first of a repeated key other than mx
    /// is used, lines end in LF or CRLF, trailing white space is allowed, the last line end is optional. Notes report what some
    /// senders misread.
    /// </summary>
    /// <param name="file">The body as fetched.</param>
    public static PolicyReading ReadTolerant(ReadOnlySpan<byte> file) => Read(file, FindingWeight.Violation);

    private static PolicyReading Read(ReadOnlySpan<byte> file, FindingWeight refuseFrom)
    {
        var parser = new PolicyParser();
        parser.Parse(file);
        var findings = parser.Findings;
        var isRefused = findings.Any(finding => finding.Weight >= refuseFrom);
        return isRefused || parser.Policy is null
            ? new PolicyReading.Refused([.. findings.Where(finding => finding.Weight >= refuseFrom)])
            : new PolicyReading.Accepted(parser.Policy, findings);
    }
}
