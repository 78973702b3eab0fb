using MtaSts.Application;
using MtaSts.Application.Alerts;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>Alerts of a domain.</summary>
internal static class AlertCalls
{
    public static void MapAlerts(this IEndpointRouteBuilder api) =>
        api.MapGet("/alerts", async (string? next, bool? open, Caller caller, AlertQueries alerts) =>
                (open is true ? Open(await alerts.List(caller.Actor)) : await alerts.ByDomain(caller.Actor, next)).OkPage(AlertResource.Of))
            .Needs(Permissions.AlertsRead).WithTags("Alerts").WithSummary("With open=true all open alerts, highest severity first, in one page. Otherwise the alerts by domain, open ones first; a page spans up to 200 domains.");

    private static CommandResult<Page<AlertView>> Open(CommandResult<IReadOnlyList<AlertView>> all) =>
        all.IsDone ? new Page<AlertView>([.. all.Value.Where(alert => alert.ResolvedAt is null)], null) : all.Refusal!;
}
