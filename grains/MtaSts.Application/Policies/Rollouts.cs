using MtaSts.Application.Domains;
using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Application.Policies;

/// <summary>The automatic changes of a policy's mode, and the proposal to go back to testing.</summary>
/// <param name="Rollout">The owner's choice, and the announced change.</param>
/// <param name="WayBack">Whether the policy should go back to testing.</param>
/// <param name="HasChannel">Whether any channel in use can carry an announcement.</param>
public sealed record RolloutStatus(RolloutView Rollout, WayBackProposal WayBack, bool HasChannel);

/// <summary>Automatic changes of a policy's mode.</summary>
public sealed class Rollouts(IGrainFactory grains)
{
    /// <summary>The current choice, the announced change, and whether the policy should go back.</summary>
    public async Task<CommandResult<RolloutStatus>> Find(Actor actor, string name)
    {
        var found = await Claimed(actor, Permissions.DomainsRead, name);
        return found.IsDone ? await Status(actor, found.Value) : found.Refusal!;
    }

    /// <summary>Chooses which changes the service makes by itself. Switching the automatic enforce off withdraws an announced change.</summary>
    public async Task<CommandResult<RolloutStatus>> Choose(Actor actor, string name, RolloutChoice choice)
    {
        var found = await Claimed(actor, Permissions.PolicyWrite, name);
        if (!found.IsDone)
            return found.Refusal!;
        var chosen = await grains.Domain(found.Value.Name).SetRollout(actor.WorkspaceId, choice, actor.Name);
        return chosen.IsDone ? await Status(actor, found.Value with { Rollout = chosen.Value }) : chosen.Refusal!;
    }

    // The status quotes alerts.
    private async Task<CommandResult<DomainView>> Claimed(Actor actor, string permission, string name) =>
        await grains.ClaimedDomain(actor, permission, name) is var found && found.IsDone && actor.Lacks(Permissions.AlertsRead) is { } refusal ? refusal : found;

    private static bool IsUsed(ChannelRecord channel) => channel is { Pause: null, Recipient: null or { ConfirmedAt: not null } } && channel.Content.Includes(NoticeSeverity.Information);

    private async Task<RolloutStatus> Status(Actor actor, DomainView view)
    {
        var channels = grains.Notifications(actor.WorkspaceId).List();
        var alerts = await grains.Alerts(actor.WorkspaceId, view.Name).List();
        return new(view.Rollout, WayBack.Judge(view.Policy?.Content.Mode, alerts), (await channels).Any(channel => IsUsed(channel) && channel.Content.Includes(view.Name)));
    }
}
