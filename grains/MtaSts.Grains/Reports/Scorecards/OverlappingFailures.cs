using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Reports whose failure details count one session several times. Their rows cannot be added to those of other reports: their numbers in a table
/// depend on the breakdown (see <see cref="SessionCount.FailedIn"/>), so the day keeps them separate.
/// </summary>
internal static class OverlappingFailures
{
    /// <summary>True with details under two policy types that apply to one session, or more details than a policy type's total.</summary>
    public static bool Has(ScorecardContribution report) =>
        report.ByPolicyType.Any(type => type.FailedInDetails > type.Failed)
        || report.ByPolicyType.Count(type => type.PolicyType != PolicyTypes.NoPolicyFound && type.FailedInDetails > 0) > 1;

    /// <summary>
    /// The part of such a report that is kept when no more reports can be kept separate: the details of the policy type with the most failures, and those without a policy,
    /// each up to the type's total. They can be added to those of other reports.
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
