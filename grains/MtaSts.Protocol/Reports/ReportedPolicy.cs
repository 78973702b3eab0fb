namespace MtaSts.Protocol.Reports;

/// <summary>One element of <c>policies</c> (RFC 8460 §4.4): a policy that the sender found, or none, and the sessions under it.</summary>
public sealed record ReportedPolicy
{
    /// <summary><c>policy-type</c> as written; see <see cref="PolicyTypes"/> for the known ones. Empty when absent.</summary>
    public required string PolicyType { get; init; }

    /// <summary>
    /// <c>policy-string</c>: for <c>sts</c> the lines of the policy, for <c>tlsa</c> one record each. Empty elements are left out;
    /// a list that was packed into one string as JSON is unpacked.
    /// </summary>
    public IReadOnlyList<string> PolicyString { get; init; } = [];

    /// <summary><c>policy-domain</c> in lower-case A-labels without trailing dot; as written when it is not a domain name; null when absent.</summary>
    public string? PolicyDomain { get; init; }

    /// <summary><c>mx-host</c>: the mx patterns of an <c>sts</c> policy, without the prefix <c>mx:</c> that some reporters keep.</summary>
    public IReadOnlyList<string> MxHost { get; init; } = [];

    /// <summary><c>total-successful-session-count</c>, 0 … <see cref="SessionCount.Maximum"/>.</summary>
    public long Successful { get; init; }

    /// <summary><c>total-failure-session-count</c>, 0 … <see cref="SessionCount.Maximum"/>.</summary>
    public long Failed { get; init; }

    /// <summary>
    /// <c>failure-details</c>. Their counts need not add up to <see cref="Failed"/>: one session may have several result types (§4.3).
    /// </summary>
    public IReadOnlyList<FailureDetail> Details { get; init; } = [];
}
