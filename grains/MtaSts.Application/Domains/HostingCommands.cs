using MtaSts.Grains;

namespace MtaSts.Application.Domains;

/// <summary>Switches hosting on and off.</summary>
public sealed class HostingCommands(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Switches hosting on. An enforced policy is compared with the current MX records.</summary>
    /// <param name="isOverridden">True: overrides advice that needs an override.</param>
    public Task<CommandResult<DomainView>> Enable(Actor actor, string name, bool isOverridden) => Switch(actor, name, async view =>
    {
        await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
        return await grains.Workspace(actor.WorkspaceId).EnableHosting(view.Name, actor.Name, isOverridden);
    });

    /// <summary>Retires: <c>mode: none</c> is served until the last cached policy has expired.</summary>
    public Task<CommandResult<DomainView>> Disable(Actor actor, string name) => Switch(actor, name, view => grains.Domain(view.Name).DisableHosting(actor.WorkspaceId, actor.Name));

    private async Task<CommandResult<DomainView>> Switch(Actor actor, string name, Func<DomainView, Task<CommandResult>> command)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.HostingManage, name);
        return view.IsDone ? await grains.ViewAfter(actor, view.Value.Name, (await command(view.Value)).Refusal) : view;
    }
}
