using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace MtaSts.Host.Dashboard.Sessions;

internal static class SessionEndpoints
{
    /// <summary><c>POST /sign-out</c>: by form only, so that no foreign page can end a session.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", static async (HttpContext context, IAntiforgery antiforgery) =>
    {
        if (!await antiforgery.IsRequestValidAsync(context))
            return Results.BadRequest();
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
        return Results.Redirect("/sign-in?left=true");
    });
}
