using MtaSts.Grains;

namespace MtaSts.Application.Domains;

/// <summary>The domains of a workspace and their records.</summary>
public sealed class DomainQueries(IGrainFactory grains, IClockStatus calendar)
{
    /// <summary>Maximum number of items of a page of any list.</summary>
    public const int MaxPage = IWorkspaceGrain.MaxPage;

    /// <summary>The domains by name.</summary>
    /// <param name="after">Names after this one; null for the first page.</param>
    /// <param name="limit">1 … <see cref="MaxPage"/>.</param>
    public async Task<CommandResult<Page<DomainView>>> List(Actor actor, string? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(Permissions.DomainsRead) is { } refusal)
            return refusal;
        var names = await grains.Workspace(actor.WorkspaceId).ListDomains(after, limit);
        var views = await Task.WhenAll(names.Items.Select(name => grains.Domain(name).GetView(actor.WorkspaceId)));
        return new Page<DomainView>([.. views.OfType<DomainView>()], names.Next);
    }

    public Task<CommandResult<DomainView>> Find(Actor actor, string name) => grains.ClaimedDomain(actor, Permissions.DomainsRead, name);

    /// <summary>The records to publish: CNAME of the policy host, policy record, reporting record, and the claim record if needed.</summary>
    public async Task<CommandResult<IReadOnlyList<RecordView>>> Records(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.DomainsRead, name);
        if (!known.IsDone)
            return known.Refusal!;
        return await grains.Domain(known.Value).GetRecords(actor.WorkspaceId) is { } records ? CommandResult.Of(records) : ClaimedDomains.NoClaim(name);
    }

    /// <summary>The MX hosts as last probed, and what senders do with mail for them.</summary>
    public async Task<CommandResult<MxReport>> Mx(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.DomainsRead, name);
        if (!known.IsDone)
            return known.Refusal!;
        return await grains.Domain(known.Value).GetMx(actor.WorkspaceId) is { } view ? MxReport.Of(view, calendar.Calendar) : ClaimedDomains.NoClaim(name);
    }
}
