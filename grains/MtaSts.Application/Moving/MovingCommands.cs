using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Moving;

/// <summary>Takes over a policy that another service serves.</summary>
public sealed class MovingCommands(IGrainFactory grains)
{
    /// <summary>
    /// Makes the policy that another service serves the workspace's own, unchanged, after a check that starts now. It needs no verdict on readiness, because senders apply it already. Hosting
    /// starts with it; a policy that was taken over before and is served here already is replaced.
    /// </summary>
    public async Task<CommandResult<MoveInReport>> TakeOver(Actor actor, string name)
    {
        var before = await grains.ClaimedDomain(actor, Permissions.PolicyWrite, name);
        if (!before.IsDone)
            return before.Refusal!;
        await grains.Probe().Check(before.Value.Name);
        var domain = grains.Domain(before.Value.Name);
        if (await domain.GetView(actor.WorkspaceId) is not { } view)
            return ClaimedDomains.NoClaim(name);
        if (MoveInReport.Of(view) is not { } report)
            return MovingQueries.None(view);
        // The domain recognises the policy that is in effect; any other one is refused as usual.
        var taken = await domain.PutPolicy(actor.WorkspaceId, report.Theirs, actor.Name, "Taken over from another service", isOverridden: false);
        if (taken.Refusal is { } refusal)
            return refusal;
        return await domain.GetView(actor.WorkspaceId) is { } after && MoveInReport.Of(after) is { } done ? done : MovingQueries.None(view);
    }
}
