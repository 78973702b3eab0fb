using System.Security.Claims;
using MtaSts.Grains;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard;

internal static class Downloads
{
    /// <summary><c>GET /raw/{id}</c>: an envelope's bytes as they came, never shown by the browser.</summary>
    public static void MapDownloads(this IEndpointRouteBuilder routes) => routes.MapGet("/raw/{id}", static async (string id, ClaimsPrincipal user, IGrainFactory grains) =>
    {
        if (user.FindFirstValue(SessionClaims.Workspace) is not { } workspace || !id.StartsWith("rp-", StringComparison.Ordinal) || id.Length > MaxId)
            return Results.NotFound();
        return await grains.Ingestion(id).GetRaw(workspace) is { } raw
            ? Results.File(raw, "application/octet-stream", $"{id}.bin")
            : Results.NotFound();
    });

    /// <summary>Longest id that is looked at; ids of envelopes are shorter.</summary>
    private const int MaxId = 128;
}
