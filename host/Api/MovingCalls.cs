using MtaSts.Application;
using MtaSts.Application.Moving;

namespace MtaSts.Host.Api;

/// <summary>Domains that move to this service or away from it.</summary>
internal static class MovingCalls
{
    public static void MapMoving(this IEndpointRouteBuilder api)
    {
        var domain = api.MapGroup("/domains/{name}").WithTags("Moving");
        domain.MapGet("/moving-in", async (string name, Caller caller, MovingQueries moving) => (await moving.In(caller.Actor, name)).Ok(MoveInResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The policy that another service serves for the domain, compared byte for byte with that of this one, and the next step of moving it here.");
        domain.MapPost("/moving-in", async (string name, Caller caller, MovingCommands moving) => (await moving.TakeOver(caller.Actor, name)).Ok(MoveInResource.Of))
            .Needs(Permissions.PolicyWrite).WithSummary("Takes over the policy that another service serves, unchanged, after a check that starts now.")
            .WithDescription("Senders apply this policy already, so that it needs no override and no verdict on readiness. Hosting then starts with it.");
        domain.MapGet("/policy/export", async (string name, Caller caller, MovingQueries moving) => (await moving.Export(caller.Actor, name)).Ok(PolicyExportResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The policy for another service to serve: the file byte for byte, its id, and until when senders may have it cached.");
    }
}
