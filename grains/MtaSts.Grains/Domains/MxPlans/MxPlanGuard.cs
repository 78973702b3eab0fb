using System.Globalization;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>Advice on a policy that drops hosts of the running plan before their time.</summary>
internal static class MxPlanGuard
{
    public static IEnumerable<PolicyAdvice> Advise(DomainState state, Claim claim, PolicyContent next, HostingOptions options, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        if (claim.MxPlan is not { IsRunning: true } plan || next.Mode == PolicyMode.None || MxPlanSteps.Served(state, claim) is not { } current)
            yield break;
        var isEnforced = next.Mode == PolicyMode.Enforce;
        var lost = next.ToPolicy().NotAdmitted(plan.Mx).Intersect(plan.Mx.Where(current.Content.ToPolicy().Admits)).ToArray();
        if (lost.Length > 0)
        {
            yield return new(
                PolicyAdviceCodes.MxPlanNewHosts,
                $"The MX change plan needs {NameList.Text(lost)}, and no mx line of this policy admits it. Without it the plan goes back to its first step, and its waits begin again. Keep it, or end the plan first.",
                isEnforced,
                "mx");
        }
        // Hosts that are still in the DNS have advice of their own.
        var old = next.ToPolicy().NotAdmitted(plan.OldMx).Except(KnownMx.Of(state, now)?.Values ?? []).Where(current.Content.ToPolicy().Admits).ToArray();
        if (old.Length == 0 || MxPlanSteps.IsSkipped(state, plan, MxPlanStep.WaitForMx) || (plan.SwitchedAt is { } switched && MxPlanClock.OldMxGoneAt(plan, switched) <= now))
            yield break;
        var until = plan.SwitchedAt is { } since ? string.Create(CultureInfo.InvariantCulture, $" until {toCalendar(MxPlanClock.OldMxGoneAt(plan, since)).UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "";
        yield return new(
            PolicyAdviceCodes.MxPlanOldHosts,
            $"No mx line admits {NameList.Text(old)}, which resolvers may still return as MX{until}: senders that enforce the policy would not deliver there. Keep it until the MX change plan says that it can be removed.",
            isEnforced,
            "mx");
    }
}
