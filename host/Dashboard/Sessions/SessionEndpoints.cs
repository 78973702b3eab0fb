using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace MtaSts.Host.Dashboard.Sessions;

internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-out", SignOutAsync);
        routes.MapGet("/session/refusal", Refusal);
    }

    /// <summary><c>POST /sign-out</c>: by form only, so that no foreign page can end a session.</summary>
    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Results.BadRequest();
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.Redirect("/sign-in?left=true");
    }

    /// <summary><c>GET /session/refusal</c>: why the connection of a page is refused, shown to the user by connection.js; empty when it would be accepted.</summary>
    private static string Refusal(HttpContext context, LiveCircuits circuits, SessionList sessions) => (sessions.Account(context.User) is { } account ? circuits.Room(account) : PageRoom.Free) switch
    {
        PageRoom.NoneForAccount => $"Your account has {LiveCircuits.MostOfAccount} pages open, which is the limit. Close other tabs of the dashboard. This page then loads automatically.",
        PageRoom.NoneForAnybody => $"All accounts together have {LiveCircuits.Most} pages open, which is the limit. This page loads automatically when others are closed.",
        _ => "",
    };
}
