using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Alerts;

namespace MtaSts.Host.Api;

/// <summary>Alerts, and how they are handled.</summary>
internal static class AlertCalls
{
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("/", List).Needs(Permissions.AlertsRead)
            .WithSummary("The alerts by domain, open ones first; a page spans up to 200 domains. With state, those that are open, or past, in one page.")
            .WithDescription("state=open: all open alerts, highest severity first; open=true means the same. state=past: the latest 50 resolved ones; with domain, the latest 100 of that domain. "
                + "domain: only those of the domain. Muted alerts are listed, with muted set. Alerts of the service itself, which only its operator gets, have an empty domain.");
        alerts.MapGet("/{id}", async (string id, Caller caller, AlertQueries queries) => (await queries.Find(caller.Actor, id)).Ok(AlertResource.Of))
            .Needs(Permissions.AlertsRead).WithSummary("An alert with its history.");
        alerts.MapPut("/{id}/acknowledgement", async (string id, AcknowledgementBody? body, Caller caller, AlertCommands commands) => (await commands.Acknowledge(caller.Actor, id, body?.Note)).Ok(AlertResource.Of))
            .Needs(Permissions.AlertsManage).WithSummary("Acknowledges an open alert: it sends no notices until its severity rises. Its end is sent to those who were notified of it. Ends a snooze.");
        alerts.MapDelete("/{id}/acknowledgement", async (string id, Caller caller, AlertCommands commands) => (await commands.EndAcknowledgement(caller.Actor, id)).Ok(AlertResource.Of))
            .Needs(Permissions.AlertsManage).WithSummary("Withdraws the acknowledgement. Channels that were not notified are notified.");
        alerts.MapPut("/{id}/snooze", async (string id, SnoozeBody body, Caller caller, AlertCommands commands) => (await commands.Snooze(caller.Actor, id, body.Until, body.Reason)).Ok(AlertResource.Of))
            .Needs(Permissions.AlertsManage).WithSummary("Snoozes an open alert until a date, at most 30 days ahead: it sends no notices until then, unless it gets critical. If it is open then, one notice says so. Ends an acknowledgement.");
        alerts.MapDelete("/{id}/snooze", async (string id, Caller caller, AlertCommands commands) => (await commands.EndSnooze(caller.Actor, id)).Ok(AlertResource.Of))
            .Needs(Permissions.AlertsManage).WithSummary("Ends the snooze. Channels that were not notified are notified.");
        var mutes = api.MapGroup("/domains/{name}/mutes").WithTags("Alerts");
        mutes.MapGet("/", async (string name, Caller caller, AlertQueries queries) => (await queries.Mutes(caller.Actor, name)).OkList(MuteResource.Of))
            .Needs(Permissions.AlertsRead).WithSummary("The muted kinds of alerts of a domain.");
        mutes.MapPut("/{kind}", async (string name, string kind, MuteBody? body, Caller caller, AlertCommands commands) => (await commands.Mute(caller.Actor, name, kind, body?.Reason, body?.Until)).Ok(MuteResource.Of))
            .Needs(Permissions.AlertsManage).WithSummary("Mutes a kind: alerts of it send no notices for this domain, now and later. They are listed, and still prevent enforce.")
            .WithDescription("reason is required for a kind whose alerts can be critical. until: at most 366 days ahead; without it, the mute stays until it is deleted.");
        mutes.MapDelete("/{kind}", EndMute).Needs(Permissions.AlertsManage).WithSummary("Ends a mute. Channels that were not notified of an open alert of this kind are notified.");
    }

    private static async Task<Results<Ok<ListPage<AlertResource>>, ProblemHttpResult>> List(string? next, bool? open, string? state, string? domain, Caller caller, AlertQueries alerts)
    {
        if (state is not (null or "open" or "past"))
            return Problems.Invalid("state", "state must be open or past.");
        var isOpen = state == "open" || (state is null && open is true);
        if (domain is null && state is null && !isOpen)
            return (await alerts.ByDomain(caller.Actor, next)).OkPage(AlertResource.Of);
        var all = domain is null ? await alerts.List(caller.Actor) : await alerts.Of(caller.Actor, domain);
        return all.Ok(list => new ListPage<AlertResource>([.. list.Where(alert => isOpen ? alert.ResolvedAt is null : state is null || alert.ResolvedAt is not null).Select(AlertResource.Of)], null));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> EndMute(string name, string kind, Caller caller, AlertCommands commands) =>
        (await commands.EndMute(caller.Actor, name, kind)).Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();
}

/// <param name="Note">For those who read the alert; at most 300 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcknowledgementBody(string? Note);

/// <param name="Until">Required: in the future, at most 30 days ahead.</param>
/// <param name="Reason">At most 300 characters.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SnoozeBody(DateTimeOffset? Until, string? Reason);

/// <param name="Reason">At most 300 characters; required for a kind whose alerts can be critical.</param>
/// <param name="Until">Null: until it is deleted.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record MuteBody(string? Reason, DateTimeOffset? Until);
