namespace MtaSts.Protocol.Reports;

/// <summary>Sessions under one policy type.</summary>
/// <param name="PolicyType">As written in the report.</param>
/// <param name="Successful">Sessions that succeeded, 0 … <see cref="SessionCount.Maximum"/>.</param>
/// <param name="Failed">Sessions that failed, 0 … <see cref="SessionCount.Maximum"/>.</param>
public sealed record PolicyTypeSessions(string PolicyType, long Successful, long Failed)
{
    /// <summary>Both together, at most <see cref="SessionCount.Maximum"/>.</summary>
    public long Total => SessionCount.Add(Successful, Failed);
}

/// <summary>A subset of the failed sessions of one policy type in a report: those of one result type, one MX host or one sending network.</summary>
/// <param name="PolicyType">As written in the report.</param>
/// <param name="InDetails">Sum of the failure details of that subset.</param>
/// <param name="Failed">All failed sessions in the report under this policy type.</param>
public readonly record struct FailedPart(string PolicyType, long InDetails, long Failed);

/// <summary>The sessions of a report for one domain, each counted once.</summary>
/// <param name="Successful">Sessions that failed under no policy, 0 … <see cref="SessionCount.Maximum"/>.</param>
/// <param name="Failed">Sessions that failed, 0 … <see cref="SessionCount.Maximum"/>.</param>
public sealed record DomainSessions(long Successful, long Failed)
{
    /// <summary>Both together, at most <see cref="SessionCount.Maximum"/>.</summary>
    public long Total => SessionCount.Add(Successful, Failed);
}

/// <summary>
/// Counts the sessions of a report. A sender that found both an MTA-STS policy and TLSA records lists each session under both, so the sums
/// of these policy types are never added (RFC 8460 §4.4 lets counts overlap). A session without any policy is listed under <c>no-policy-found</c>
/// only.
/// </summary>
public static class SessionCount
{
    /// <summary>2^53 − 1, the largest integer that I-JSON (RFC 7493 §2.2) can represent; every count and sum is capped there.</summary>
    public const long Maximum = 9_007_199_254_740_991;

    /// <summary><paramref name="a"/> + <paramref name="b"/>, at most <see cref="Maximum"/>. Both must be in 0 … <see cref="Maximum"/>.</summary>
    public static long Add(long a, long b) => Math.Min(a + b, Maximum);

    /// <summary>The sessions of one domain by policy type, in order of appearance; policies of one type are added together.</summary>
    public static IReadOnlyList<PolicyTypeSessions> ByPolicyType(TlsReport report, string policyDomain)
    {
        ArgumentNullException.ThrowIfNull(report);
        var domain = ReportDomains.Normalise(policyDomain);
        var types = new List<PolicyTypeSessions>(2);
        foreach (var policy in report.Policies)
        {
            if (policy.PolicyDomain != domain)
                continue;
            var at = types.FindIndex(t => t.PolicyType == policy.PolicyType);
            if (at < 0)
                types.Add(new PolicyTypeSessions(policy.PolicyType, policy.Successful, policy.Failed));
            else
                types[at] = new PolicyTypeSessions(policy.PolicyType, Add(types[at].Successful, policy.Successful), Add(types[at].Failed, policy.Failed));
        }
        return types;
    }

    /// <summary>
    /// The sessions of one domain: the highest total of any policy type and the highest number of failures of any policy type, plus the sessions without a policy.
    /// Null when the report does not contain the domain.
    /// </summary>
    public static DomainSessions? Of(TlsReport report, string policyDomain)
    {
        var types = ByPolicyType(report, policyDomain);
        if (types.Count == 0)
            return null;
        long total = 0, failed = 0;
        var without = new PolicyTypeSessions(PolicyTypes.NoPolicyFound, 0, 0);
        foreach (var type in types)
        {
            if (type.PolicyType == PolicyTypes.NoPolicyFound)
            {
                without = type;
                continue;
            }
            total = Math.Max(total, type.Successful + type.Failed); // Not capped: the successful sessions are the difference.
            failed = Math.Max(failed, type.Failed);
        }
        return new DomainSessions(Add(total - failed, without.Successful), FailedIn(types.Select(type => new FailedPart(type.PolicyType, type.Failed, type.Failed))));
    }

    /// <summary>
    /// The failed sessions of one report that a table row represents, for any breakdown: the highest number of any policy type
    /// plus the sessions without a policy. The headline follows the same rule, so no row exceeds it.
    /// </summary>
    /// <remarks>
    /// Details are never added across policy types, because a sender lists one session under each policy it was checked against. Details of one type
    /// count up to that type's total, because one session may have several result types (RFC 8460 §4.3). For the same reason rows of one table
    /// may include the same session.
    /// </remarks>
    /// <param name="parts">One element for each policy type of the report that has details of the row.</param>
    public static long FailedIn(IEnumerable<FailedPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        long held = 0, without = 0;
        foreach (var part in parts)
        {
            var told = Math.Min(part.InDetails, part.Failed);
            if (part.PolicyType == PolicyTypes.NoPolicyFound)
                without = told;
            else
                held = Math.Max(held, told);
        }
        return Add(held, without);
    }
}
