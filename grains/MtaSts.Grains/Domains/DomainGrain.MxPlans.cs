namespace MtaSts.Grains.Domains;

/// <summary>The planned change of the domain's MX hosts.</summary>
internal sealed partial class DomainGrain
{
    public Task<MxPlanView?> GetMxPlan(string workspaceId) =>
        Task.FromResult(Claims.Of(state, workspaceId) is { } claim ? MxPlanViews.Of(state, claim, options, clock) : null);

    public Task<CommandResult> PutMxPlan(string workspaceId, IReadOnlyList<string> mx, string by) => Decide(now => lifecycle.PutMxPlan(state, workspaceId, mx, by, now));

    public Task<CommandResult> SkipMxPlanStep(string workspaceId, MxPlanStep step, string by) => Decide(now => lifecycle.SkipMxPlanStep(state, workspaceId, step, by, now));

    public Task<CommandResult> CancelMxPlan(string workspaceId, string by) => Decide(now => lifecycle.CancelMxPlan(state, workspaceId, by, now));
}
