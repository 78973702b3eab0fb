using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Domains;

/// <param name="IsNew">False: the workspace already had the claim.</param>
public sealed record DomainClaimed(DomainView Domain, bool IsNew);

/// <param name="Retiring">A hosted domain retires first, then its claim is removed; null when the claim was removed.</param>
public sealed record DomainRemoved(DomainView? Retiring);

/// <summary>Claims, report addresses and checks.</summary>
public sealed class DomainCommands(IGrainFactory grains, IClockStatus calendar, TimeProvider clock)
{
    private readonly DomainChecks checks = new(grains, calendar, clock);

    /// <summary>Claims a domain, or returns the existing claim.</summary>
    /// <param name="name">User input.</param>
    public async Task<CommandResult<DomainClaimed>> Claim(Actor actor, string name)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.DomainsManage) is { } refusal)
            return refusal;
        if (!DomainName.TryParse(name, out var domain, out var problem))
            return new Refusal(RefusalCodes.Invalid, problem, "name");
        var workspace = grains.Workspace(actor.WorkspaceId);
        var isKnown = await workspace.HasClaim(domain.Value);
        var claimed = await workspace.ClaimDomain(domain.Value, actor.Name);
        return claimed.IsDone ? new DomainClaimed(claimed.Value, !isKnown) : claimed.Refusal!;
    }

    /// <summary>Removes the claim. A hosted domain retires first.</summary>
    public async Task<CommandResult<DomainRemoved>> Remove(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.DomainsManage, name);
        if (!known.IsDone)
            return known.Refusal!;
        var removed = await grains.Workspace(actor.WorkspaceId).RemoveDomain(known.Value, actor.Name);
        return removed.Refusal is { } refusal ? refusal : new DomainRemoved(await grains.Domain(known.Value).GetView(actor.WorkspaceId));
    }

    /// <summary>Gives the claim a new report address.</summary>
    /// <param name="graceDays">How long the previous address works; null: <see cref="ReportAddressGrace.Usual"/>.</param>
    public async Task<CommandResult<DomainView>> RenewReportAddress(Actor actor, string name, int? graceDays)
    {
        var known = await grains.ClaimedName(actor, Permissions.DomainsManage, name);
        if (!known.IsDone)
            return known.Refusal!;
        return await grains.Domain(known.Value).RenewReportAddress(actor.WorkspaceId, actor.Name, graceDays is { } days ? TimeSpan.FromDays(Math.Clamp(days, -1, 1_000)) : ReportAddressGrace.Usual);
    }

    /// <summary>The result of a check that starts after this call; at most one check each <see cref="DomainChecks.Apart"/>. A probe of the MX hosts starts too; <see cref="DomainQueries.Mx"/> has its result within half a minute.</summary>
    public async Task<CommandResult<Observation>> Check(Actor actor, string name, CancellationToken cancellationToken)
    {
        var view = await grains.ClaimedDomain(actor, Permissions.DomainsManage, name);
        if (!view.IsDone)
            return view.Refusal!;
        await grains.Domain(view.Value.Name).CheckMx(actor.WorkspaceId);
        return await checks.CheckAsync(view.Value, cancellationToken);
    }

    /// <summary>Starts a check without waiting for it.</summary>
    public Task<CommandResult> BeginCheck(Actor actor, string name) =>
        With(actor, Permissions.DomainsManage, name, known => Task.WhenAll(grains.Domain(known).CheckMx(actor.WorkspaceId), grains.Probe().CheckInBackground(known)));

    /// <summary>A user is waiting for the domain's records: see <see cref="IDomainGrain.PageIsOpen"/>.</summary>
    public Task<CommandResult> Watch(Actor actor, string name) => With(actor, Permissions.DomainsRead, name, known => grains.Domain(known).PageIsOpen(actor.WorkspaceId));

    private async Task<CommandResult> With(Actor actor, string permission, string name, Func<string, Task> command)
    {
        var known = await grains.ClaimedName(actor, permission, name);
        if (known.IsDone)
            await command(known.Value);
        return new(known.Refusal);
    }
}
