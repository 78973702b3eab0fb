using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Domains;

/// <summary>Builds the view of a claim's plan, with calendar dates.</summary>
internal static class MxPlanViews
{
    public static MxPlanView Of(DomainState state, Claim claim, HostingOptions options, ServiceClock clock) => new()
    {
        Mx = claim.MxPlan?.Mx ?? [],
        OldMx = claim.MxPlan?.OldMx ?? [],
        Steps = claim.MxPlan is { IsRunning: true } plan ? [.. MxPlanSteps.Of(state, claim, plan, options, clock.GetUtcNow()).Select(step => ToCalendar(step, clock))] : [],
        DoneAt = claim.MxPlan?.DoneAt is { } done ? clock.ToCalendar(done) : null,
        History = [.. claim.MxPlanHistory.Select(entry => new MxPlanEvent(clock.ToCalendar(entry.At), entry.Change, entry.By, entry.Step, entry.Mx))],
    };

    /// <summary>A date to come is a promise: it is never shown too early.</summary>
    private static MxPlanStepView ToCalendar(MxPlanStepView step, ServiceClock clock) =>
        step.At is { } at ? step with { At = at > clock.GetUtcNow() ? clock.ToPromise(at) : clock.ToCalendar(at) } : step;
}
