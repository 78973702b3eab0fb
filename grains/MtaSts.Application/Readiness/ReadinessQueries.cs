using Microsoft.Extensions.Options;
using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Readiness;

/// <summary>Whether a domain's policy may be enforced.</summary>
public sealed class ReadinessQueries(IGrainFactory grains, IClockStatus calendar, IOptions<ReadinessOptions> options)
{
    /// <summary>The conditions for enforcing a policy.</summary>
    /// <param name="proposed">What is to be enforced; null: the served policy.</param>
    public async Task<CommandResult<ReadinessReport>> Of(Actor actor, string name, PolicyContent? proposed = null)
    {
        var found = await grains.ClaimedDomain(actor, Permissions.DomainsRead, name);
        if (!found.IsDone)
            return found.Refusal!;
        // The conditions quote reports and alerts.
        if ((actor.Lacks(Permissions.ReportsRead) ?? actor.Lacks(Permissions.AlertsRead)) is { } refusal)
            return refusal;
        return await ReadinessReader.Read(grains, actor.WorkspaceId, found.Value, proposed, options.Value, calendar.Calendar);
    }
}
