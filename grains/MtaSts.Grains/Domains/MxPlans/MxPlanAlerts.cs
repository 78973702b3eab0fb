using System.Text.Json;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The reminder that a step may be taken, and the alert that the MX records were switched before the plan allowed it. The id is not reminded of: a missing one has alerts of its own.
/// </summary>
internal static class MxPlanAlerts
{
    public static AlertCondition? For(DomainState state, Claim claim, HostingOptions options, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        if (claim.MxPlan is not { IsRunning: true } plan || MxPlanSteps.Current(state, claim, plan, options, now) is not { } current)
            return null;
        var condition = AlertCondition.Of(AlertKinds.MxPlanStep).With(AlertParameters.Step, JsonNamingPolicy.CamelCase.ConvertName(current.Step.ToString())).With(AlertParameters.Mx, current.Hosts);
        if (current is { Reason: MxPlanReason.SwitchedEarly, At: { } until })
            return condition.With(AlertParameters.Early, true).With(AlertParameters.Mode, PolicyMode.Enforce.ToText()).With(AlertParameters.Until, toCalendar(until));
        // Whoever has just entered the plan is still working with it.
        return current.State == MxPlanStepState.Open && current.Step != MxPlanStep.PublishId && plan.Since + options.RecordGrace <= now ? condition : null;
    }
}
