using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Alerts;

/// <summary>The grain of an alert, and its number there.</summary>
internal sealed record AlertAddress(IAlertGrain Grain, string Number);

/// <summary>Finds alerts by <see cref="AlertIds"/>. An id of a domain that is not claimed activates no grain.</summary>
internal static class AlertAddresses
{
    public static async Task<CommandResult<AlertAddress>> AlertsOf(this IGrainFactory grains, Actor actor, string permission, string id)
    {
        ArgumentNullException.ThrowIfNull(actor);
        if (actor.Lacks(permission) is { } refusal)
            return refusal;
        if (AlertIds.Read(id) is not var (number, domain))
            return AlertQueries.NoAlert(id);
        if (domain == AlertView.Service)
            return AlertQueries.SeesService(actor) ? new AlertAddress(grains.ServiceAlerts(), number) : AlertQueries.NoAlert(id);
        var known = await grains.ClaimedName(actor, permission, domain);
        return known.IsDone ? new AlertAddress(grains.Alerts(actor.WorkspaceId, known.Value), number) : AlertQueries.NoAlert(id);
    }
}
