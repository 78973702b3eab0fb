using MtaSts.Grains;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Policies;

/// <summary>Short texts of the states of an MX change plan.</summary>
internal static class MxPlanStates
{
    public static string Label(MxPlanStepView step) => step.State switch
    {
        MxPlanStepState.Done when step.Reason == MxPlanReason.NotEnforced => "not needed",
        MxPlanStepState.Done => "done",
        MxPlanStepState.Skipped => "skipped",
        MxPlanStepState.Open => "do this now",
        MxPlanStepState.Waiting => "waiting",
        MxPlanStepState.Blocked => "cannot be taken yet",
        _ => "later",
    };

    /// <summary>The CSS class of the chip.</summary>
    public static string Tone(MxPlanStepView step) => step switch
    {
        { State: MxPlanStepState.Done } => "ok",
        { Reason: MxPlanReason.SwitchedEarly } => "bad",
        { State: MxPlanStepState.Skipped or MxPlanStepState.Blocked } => "warn",
        { State: MxPlanStepState.Open or MxPlanStepState.Waiting } => "info",
        _ => "",
    };

    /// <summary>The date of a step, with its meaning; null when there is none to show.</summary>
    public static string? Date(MxPlanStepView step) => step switch
    {
        { At: null } => null,
        { State: MxPlanStepState.Waiting } => $"Until {Show.Utc(step.At.Value)}",
        { State: MxPlanStepState.Later, Step: MxPlanStep.WaitForPolicies or MxPlanStep.WaitForMx, Reason: not MxPlanReason.NotEnforced } => $"Until {Show.Utc(step.At.Value)} at the earliest",
        { State: MxPlanStepState.Later, Reason: not MxPlanReason.NotEnforced } => $"From {Show.Utc(step.At.Value)} at the earliest",
        { State: MxPlanStepState.Done, Step: MxPlanStep.PublishId or MxPlanStep.SwitchMx } => $"Seen {Show.Utc(step.At.Value)}",
        _ => null,
    };

    public static string Of(MxPlanEvent entry)
    {
        var by = entry.By is { } who ? $" by {who}" : "";
        return entry.Change switch
        {
            MxPlanChange.Started => $"Started{by}: {string.Join(", ", entry.Mx)}",
            MxPlanChange.Changed => $"Hosts changed{by}: {string.Join(", ", entry.Mx)}",
            MxPlanChange.Skipped => $"Skipped{by}: {(entry.Step is { } step ? Application.MxPlans.MxPlanTexts.Title(step) : "")}",
            MxPlanChange.Cancelled => $"Ended{by}",
            _ => "All steps done",
        };
    }
}
