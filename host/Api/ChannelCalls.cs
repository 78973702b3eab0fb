using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Notifications;

namespace MtaSts.Host.Api;

/// <summary>Channels for alerts, and what was sent to them.</summary>
internal static class ChannelCalls
{
    public static void MapChannels(this IEndpointRouteBuilder api)
    {
        var channels = api.MapGroup("/channels").WithTags("Notifications");
        channels.MapGet("/", async (Caller caller, ChannelQueries queries) => (await queries.List(caller.Actor)).OkList(ChannelResource.Of))
            .Needs(Permissions.ChannelsRead).WithSummary("The workspace's channels, by name.");
        channels.MapPost("/", Create).Needs(Permissions.ChannelsManage).WithSummary("Creates a channel. Alerts that are already open are not sent; openAlerts is their number.")
            .WithDescription("The notifiers and their settings: GET /notifiers. Send a test with POST /channels/{id}/test. The recipient of a mail channel is asked to confirm; until then nothing else is sent.");
        channels.MapGet("/{id}", async (string id, Caller caller, ChannelQueries queries) => (await queries.Find(caller.Actor, id)).Ok(ChannelResource.Of))
            .Needs(Permissions.ChannelsRead).WithSummary("A channel.");
        channels.MapPut("/{id}", Change).Needs(Permissions.ChannelsManage).WithSummary("Replaces the channel's properties; omitted ones get their default, omitted secrets keep their value, but must be given again if another setting is changed. Ends a pause.");
        channels.MapDelete("/{id}", Delete).Needs(Permissions.ChannelsManage).WithSummary("Deletes the channel, its waiting notices and its log.");
        channels.MapPost("/{id}/test", async (string id, Caller caller, ChannelCommands commands) => (await commands.Test(caller.Actor, id)).Ok(ChannelTestResource.Of))
            .Needs(Permissions.ChannelsManage).WithSummary("Sends a test notice now and returns the receiver's answer. At most 20 tests an hour for each workspace.");
        channels.MapPost("/{id}/resume", async (string id, Caller caller, ChannelCommands commands) => (await commands.Resume(caller.Actor, id)).Ok(SavedChannelResource.Of))
            .Needs(Permissions.ChannelsManage).WithSummary("Ends the pause of a channel: alerts that are still open and were not sent to it are sent. Sends a new request to a recipient who has not confirmed, at most once a day.");
        channels.MapPost("/{id}/confirm", async (string id, ConfirmBody body, Caller caller, ChannelCommands commands) => (await commands.Confirm(caller.Actor, id, body.Code)).Ok(SavedChannelResource.Of))
            .Needs(Permissions.ChannelsManage).WithSummary("Confirms a channel with the code in the mail to its recipient, for a recipient who cannot open the link in the mail.");
        api.MapGet("/notices", async (string? channel, Caller caller, ChannelQueries queries) => (await queries.Log(caller.Actor, channel)).OkList(NoticeResource.Of))
            .Needs(Permissions.ChannelsRead).WithTags("Notifications").WithSummary("The notices, newest first: waiting ones, and the last 100 past ones of each channel.");
        api.MapGet("/notifiers", async (Caller caller, ChannelQueries queries) => (await queries.Notifiers(caller.Actor)).OkList(NotifierResource.Of))
            .Needs(Permissions.ChannelsRead).WithTags("Notifications").WithSummary("The notifiers that a channel can have, and their settings.");
    }

    private static async Task<Results<Created<SavedChannelResource>, ProblemHttpResult>> Create(ChannelBody body, Caller caller, ChannelCommands commands)
    {
        if (HoursProblem(body) is { } problem)
            return problem;
        var created = await commands.Create(caller.Actor, body.ToInput());
        return created.IsDone ? TypedResults.Created($"{ApiSetup.Prefix}/channels/{created.Value.Channel.Id}", SavedChannelResource.Of(created.Value)) : Problems.Of(created.Refusal!);
    }

    private static async Task<Results<Ok<SavedChannelResource>, ProblemHttpResult>> Change(string id, ChannelBody body, Caller caller, ChannelCommands commands) =>
        HoursProblem(body) is { } problem ? problem : (await commands.Change(caller.Actor, id, body.ToInput())).Ok(SavedChannelResource.Of);

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, Caller caller, ChannelCommands commands) =>
        (await commands.Delete(caller.Actor, id)).Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static ProblemHttpResult? HoursProblem(ChannelBody body) =>
        body.QuietHours is { } hours && hours.Read() is null ? Problems.Invalid("quietHours", "quietHours must have from and until as times of day such as 22:00.") : null;
}
