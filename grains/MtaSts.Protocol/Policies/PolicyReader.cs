namespace MtaSts.Protocol;

/// <summary>Reads policy files (RFC 8461 §3.2). Both readings share one parser and differ in what they refuse.</summary>
public static class PolicyReader
{
    /// <summary>Largest file read, in bytes: the 64 KB that RFC 8461 §3.3 suggests, so that no server can make us hold more.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>Most findings of one weight that are kept: a file of nothing but line ends would make tens of thousands.</summary>
    public const int MaxFindings = 50;

    /// <summary>
    /// Accepts what we would publish: what the RFC allows and every known reader understands alike. Notes are remarks alone.
    /// </summary>
    /// <param name="file">The body as served.</param>
    public static PolicyReading ReadStrict(ReadOnlySpan<byte> file) => Read(file, FindingWeight.Risk);

    /// <summary>
    /// Accepts what RFC 8461 obliges senders to accept: unknown keys are ignored, of a repeated key other than mx the first counts,
    /// lines end in LF or CRLF, white space may stand at their ends, the last end is optional. Notes name what some senders
    /// misread.
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
