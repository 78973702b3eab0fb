using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.MxPlans;

/// <summary>The planned change of a domain's MX hosts.</summary>
public sealed class MxPlanQueries(IGrainFactory grains)
{
    /// <summary>The plan and the history of the domain's plans; without hosts when there is no plan.</summary>
    public async Task<CommandResult<MxPlanView>> Get(Actor actor, string name)
    {
        var known = await grains.ClaimedName(actor, Permissions.DomainsRead, name);
        return known.IsDone ? await grains.PlanOf(actor, known.Value) : known.Refusal!;
    }
}

internal static class MxPlanReader
{
    public static async Task<CommandResult<MxPlanView>> PlanOf(this IGrainFactory grains, Actor actor, string domain) =>
        await grains.Domain(domain).GetMxPlan(actor.WorkspaceId) is { } plan ? plan : ClaimedDomains.NoClaim(domain);
}
