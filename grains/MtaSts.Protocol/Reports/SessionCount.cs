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

/// <summary>What one policy type of a report tells of a part of its failed sessions: those of one result type, one MX host or one sending network.</summary>
/// <param name="PolicyType">As written in the report.</param>
/// <param name="InDetails">What its failure details of that part add up to.</param>
/// <param name="Failed">All failed sessions that the report tells of under this policy type.</param>
public readonly record struct FailedPart(string PolicyType, long InDetails, long Failed);

/// <summary>How many sessions a report tells of for one domain, each counted once.</summary>
/// <param name="Successful">Sessions that failed under no policy, 0 … <see cref="SessionCount.Maximum"/>.</param>
/// <param name="Failed">Sessions that failed, 0 … <see cref="SessionCount.Maximum"/>.</param>
public sealed record DomainSessions(long Successful, long Failed)
{
    /// <summary>Both together, at most <see cref="SessionCount.Maximum"/>.</summary>
    public long Total => SessionCount.Add(Successful, Failed);
}

/// <summary>
/// How many sessions a report tells of. A sender that found both an MTA-STS policy and TLSA records lists each session under both, so the sums
/// of these policy types are never added (RFC 8460 §4.4 lets counts overlap). A session without any policy stands under <c>no-policy-found</c>
/// alone.
/// </summary>
public static class SessionCount
{
    /// <summary>2^53 − 1, the largest integer that I-JSON (RFC 7493 §2.2) carries; every count and sum stops there.</summary>
    public const long Maximum = 9_007_199_254_740_991;

    /// <summary><paramref name="a"/> + <paramref name="b"/>, at most <see cref="Maximum"/>. Both must lie in 0 … <see cref="Maximum"/>.</summary>
    public static long Add(long a, long b) => Math.Min(a + b, Maximum);

    /// <summary>The sessions of one domain by policy type, in order of appearance; policies of one type are added up.</summary>
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
    /// The sessions of one domain: as many as the policy type with the most tells of, of which as many failed as the policy type with the most
    /// failures tells of; and those without a policy. Null when the report does not tell of the domain.
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
            total = Math.Max(total, type.Successful + type.Failed); // Not cut off: what did not fail is what is left of it.
            failed = Math.Max(failed, type.Failed);
        }
        return new DomainSessions(Add(total - failed, without.Successful), FailedIn(types.Select(type => new FailedPart(type.PolicyType, type.Failed, type.Failed))));
    }

    /// <summary>
    /// How many failed sessions of one report a row of a table stands for, whatever the table breaks them down by: as many as the policy type that
    /// tells of the most of them, and those without a policy. The headline follows the same rule, so no row exceeds it.
    /// </summary>
    /// <remarks>
    /// Details are never added across policy types, because a sender lists one session under each policy it was held against. Details of one type
    /// count up to that type's total, because one session may stand under several result types (RFC 8460 §4.3). For the same reason rows of one table
    /// may tell of the same session.
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
