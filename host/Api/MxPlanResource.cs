using MtaSts.Application.MxPlans;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>The planned change of a domain's MX hosts.</summary>
internal sealed record MxPlanResource
{
    /// <summary>The MX hosts to come; empty when there is no plan.</summary>
    public required IReadOnlyList<string> Mx { get; init; }

    /// <summary>Hosts that were MX since the plan began and are not to stay.</summary>
    public required IReadOnlyList<string> OldMx { get; init; }

    /// <summary>The step to take or wait for; null when there is none.</summary>
    public required MxPlanStep? Current { get; init; }

    /// <summary>When all steps were seen done; null before.</summary>
    public required DateTimeOffset? DoneAt { get; init; }

    /// <summary>The steps of a running plan, in order.</summary>
    public required IReadOnlyList<MxPlanStepResource> Steps { get; init; }

    /// <summary>What happened to the plans of the domain, latest first; at most 50 entries.</summary>
    public required IReadOnlyList<MxPlanEventResource> History { get; init; }

    public static MxPlanResource Of(MxPlanView plan) => new()
    {
        Mx = plan.Mx,
        OldMx = plan.OldMx,
        Current = plan.Current?.Step,
        DoneAt = plan.DoneAt,
        Steps = [.. plan.Steps.Select(MxPlanStepResource.Of)],
        History = [.. plan.History.Select(static entry => new MxPlanEventResource(entry.At, entry.Change, entry.By, entry.Step, entry.Mx))],
    };
}

/// <summary>One step.</summary>
/// <param name="State"><c>later</c>: earlier steps come first; <c>open</c>: may be taken; <c>waiting</c>: ends by itself at <paramref name="At"/>; <c>blocked</c>: see <paramref name="Reason"/>.</param>
/// <param name="At">When a step that waits ends; the earliest time of a later step; when a step that is done was seen. Null: not known or not relevant.</param>
/// <param name="Message">What is so, and what to do; may change between versions.</param>
/// <param name="Hosts">Hosts to add to the policy, to publish as MX, or to remove from the policy.</param>
/// <param name="OldHosts">Hosts to remove from the MX records.</param>
/// <param name="Proposed">The policy that takes the step; null when no policy does.</param>
internal sealed record MxPlanStepResource(
    MxPlanStep Step, MxPlanStepState State, MxPlanReason Reason, DateTimeOffset? At, string Title, string Message, IReadOnlyList<string> Hosts, IReadOnlyList<string> OldHosts, ProposedPolicyResource? Proposed)
{
    public static MxPlanStepResource Of(MxPlanStepView step) => new(
        step.Step, step.State, step.Reason, step.At, MxPlanTexts.Title(step.Step), MxPlanTexts.Explain(step), step.Hosts, step.OldHosts,
        step.Proposed is { } proposed ? new ProposedPolicyResource(proposed.Mode, proposed.Mx, proposed.MaxAge) : null);
}

/// <summary>A policy in the form that PUT /domains/{name}/policy takes.</summary>
internal sealed record ProposedPolicyResource(PolicyMode Mode, IReadOnlyList<string> Mx, int MaxAge);

/// <param name="By">Who did it; null when it was seen.</param>
/// <param name="Step">The skipped step.</param>
/// <param name="Mx">The new hosts of a plan that was started, changed or cancelled.</param>
internal sealed record MxPlanEventResource(DateTimeOffset At, MxPlanChange Change, string? By, MxPlanStep? Step, IReadOnlyList<string> Mx);
