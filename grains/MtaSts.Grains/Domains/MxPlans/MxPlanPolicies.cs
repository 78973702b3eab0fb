namespace MtaSts.Grains.Domains;

/// <summary>The policies of a plan. Mode and max_age stay as they are.</summary>
internal static class MxPlanPolicies
{
    /// <summary>The policy that covers the old hosts and the new ones.</summary>
    public static PolicyContent WithNewHosts(PolicyContent current, MxPlan plan) =>
        current with { Mx = [.. current.Mx, .. current.ToPolicy().NotAdmitted(plan.Mx.Concat(plan.OldMx))] };

    /// <summary>The policy without the patterns that cover none of the new hosts.</summary>
    public static PolicyContent WithoutOldHosts(PolicyContent current, MxPlan plan)
    {
        var kept = current with { Mx = [.. current.Mx.Except(OldPatterns(current, plan))] };
        return kept with { Mx = [.. kept.Mx, .. kept.ToPolicy().NotAdmitted(plan.Mx)] };
    }

    /// <summary>The patterns that cover none of the new hosts.</summary>
    public static IReadOnlyList<string> OldPatterns(PolicyContent current, MxPlan plan) =>
        [.. current.ToPolicy().Mx.Where(pattern => !plan.Mx.Any(pattern.Matches)).Select(static pattern => pattern.Value)];

    /// <summary>True when the policy covers all new hosts.</summary>
    public static bool CoversNewHosts(PolicyContent content, MxPlan plan) => content.ToPolicy().NotAdmitted(plan.Mx).Count == 0;
}
