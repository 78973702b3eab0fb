using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>The failure details of a report for the scorecard: summed and capped, because they are stored with the envelope until it is counted.</summary>
internal static class ReportDigest
{
    /// <summary>Maximum kinds of failure kept of one report; a report may contain ten thousand details. Further ones keep their result type and count.</summary>
    public const int MaxFailures = 300;

    /// <summary>Maximum number of reasons kept of one report.</summary>
    public const int MaxReasons = 30;

    /// <summary>Maximum number of policies kept of one report for one domain: during a change there are two.</summary>
    public const int MaxPolicies = 4;

    public static IReadOnlyList<FailureCount> Failures(TlsReport report, int most = MaxFailures)
    {
        var failures = new Dictionary<(string Policy, string Type, string? Mx, string? Network), long>();
        foreach (var (policy, detail) in Details(report))
        {
            var key = (policy.PolicyType, detail.ResultType, detail.ReceivingMxHostname?.TrimEnd('.').ToLowerInvariant(), SendingNetwork.Of(detail.SendingMtaIp));
            if (failures.Count >= most && !failures.ContainsKey(key))
                key = (policy.PolicyType, detail.ResultType, Capped.Other, Capped.Other);
            if (failures.Count >= 2 * most && !failures.ContainsKey(key))
                key = (policy.PolicyType, Capped.Other, Capped.Other, Capped.Other);
            failures[key] = SessionCount.Add(failures.GetValueOrDefault(key), detail.FailedSessions);
        }
        return [.. failures.Select(failure => new FailureCount(failure.Key.Policy, failure.Key.Type, failure.Key.Mx, failure.Value) { Network = failure.Key.Network })];
    }

    /// <summary>Failed sessions by reason, each counted by <see cref="SessionCount.FailedIn"/>.</summary>
    public static IReadOnlyList<ReasonCount> Reasons(TlsReport report, IReadOnlyList<PolicyTypeSessions> types)
    {
        var reasons = new Dictionary<(string Type, string Reason), Dictionary<string, long>>();
        foreach (var (policy, detail) in Details(report))
        {
            if (detail.FailureReasonCode is not { } reason)
                continue;
            var key = (Capped.Name(detail.ResultType), Capped.Name(reason));
            if (reasons.Count >= MaxReasons && !reasons.ContainsKey(key))
                key = (Capped.Other, Capped.Other);
            var byType = reasons.TryGetValue(key, out var known) ? known : reasons[key] = new(StringComparer.Ordinal);
            byType[policy.PolicyType] = SessionCount.Add(byType.GetValueOrDefault(policy.PolicyType), detail.FailedSessions);
        }
        var failed = types.ToDictionary(type => type.PolicyType, type => type.Failed, StringComparer.Ordinal);
        return [.. reasons.Select(reason => new ReasonCount(reason.Key.Type, reason.Key.Reason, SessionCount.FailedIn(reason.Value.Select(part => new FailedPart(part.Key, part.Value, failed[part.Key])))))];
    }

    /// <summary>The MTA-STS policies the sender applied, and an empty one when it found none.</summary>
    public static IReadOnlyList<AppliedPolicy> Policies(TlsReport report)
    {
        var policies = new Dictionary<string, AppliedPolicy>(StringComparer.Ordinal);
        foreach (var policy in report.Policies)
        {
            if (policy.PolicyType is not (PolicyTypes.Sts or PolicyTypes.NoPolicyFound))
                continue;
            var lines = policy.PolicyType == PolicyTypes.Sts ? PolicyLines.Of(policy.PolicyString) : "";
            // The applied policy is unknown if the sender could not fetch it, or quotes none.
            if ((lines.Length == 0 && policy.PolicyType == PolicyTypes.Sts) || (policies.Count >= MaxPolicies && !policies.ContainsKey(lines)))
                continue;
            var before = policies.GetValueOrDefault(lines) ?? new AppliedPolicy(lines, 0, 0);
            policies[lines] = new AppliedPolicy(lines, SessionCount.Add(before.Successful, policy.Successful), SessionCount.Add(before.Failed, policy.Failed));
        }
        return [.. policies.Values];
    }

    /// <summary>The sum of the details of one policy type; it can differ from its totals.</summary>
    public static long FailedInDetails(TlsReport report, string policyType) =>
        Details(report).Where(pair => pair.Policy.PolicyType == policyType).Aggregate(0L, (sum, pair) => SessionCount.Add(sum, pair.Detail.FailedSessions));

    private static IEnumerable<(ReportedPolicy Policy, FailureDetail Detail)> Details(TlsReport report) =>
        report.Policies.SelectMany(policy => policy.Details.Select(detail => (policy, detail)));
}
