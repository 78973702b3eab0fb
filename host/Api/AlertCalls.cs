using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>What owners should know.</summary>
internal static class AlertCalls
{
    public static void MapAlerts(this IEndpointRouteBuilder api) =>
        api.MapGet("/alerts", List).WithTags("Alerts").WithSummary("Alerts by domain, open ones first; with open=true those alone. A page spans up to 200 domains.");

    private static async Task<Ok<ListPage<AlertView>>> List(string? next, bool? open, Caller caller, IGrainFactory grains)
    {
        var names = await grains.Workspace(caller.WorkspaceId).ListDomains(next, IWorkspaceGrain.MaxPage);
        var alerts = await Task.WhenAll(names.Items.Select(name => grains.Alerts(caller.WorkspaceId, name).List()));
        return TypedResults.Ok(new ListPage<AlertView>([.. alerts.SelectMany(list => list).Where(alert => open is not true || alert.ResolvedAt is null)], names.Next));
    }
}
