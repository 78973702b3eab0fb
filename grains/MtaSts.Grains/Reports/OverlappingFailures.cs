using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Reports whose failure details tell of one session several times. Their rows cannot be added to those of other reports: what a table shows of them
/// depends on what it breaks down by (see <see cref="SessionCount.FailedIn"/>), so the day keeps them apart.
/// </summary>
internal static class OverlappingFailures
{
    /// <summary>Details under two policy types that a session is held against, or more than a policy type's total.</summary>
    public static bool Has(ScorecardContribution report) =>
        report.ByPolicyType.Any(type => type.FailedInDetails > type.Failed)
        || report.ByPolicyType.Count(type => type.PolicyType != PolicyTypes.NoPolicyFound && type.FailedInDetails > 0) > 1;

    /// <summary>
    /// What of such a report is kept where no more can be kept apart: the details of the policy type that tells of the most failures, and those without a policy,
    /// each until the type's total is reached. They can be added to others.
    /// </summary>
    public static IEnumerable<FailureCount> Reduce(ScorecardContribution report)
    {
        var held = report.ByPolicyType.Where(type => type.PolicyType != PolicyTypes.NoPolicyFound).MaxBy(type => Math.Min(type.FailedInDetails, type.Failed));
        foreach (var type in report.ByPolicyType.Where(type => type == held || type.PolicyType == PolicyTypes.NoPolicyFound))
        {
            var left = type.Failed;
            foreach (var failure in report.Failures.Where(failure => failure.PolicyType == type.PolicyType))
            {
                var taken = Math.Min(failure.Failed, left);
                left -= taken;
                if (taken > 0)
                    yield return failure with { Failed = taken };
            }
        }
    }
}
