using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard;

internal static class Downloads
{
    /// <summary><c>GET /raw/{id}</c>: an envelope's bytes as they came, never shown by the browser.</summary>
    public static void MapDownloads(this IEndpointRouteBuilder routes) => routes.MapGet("/raw/{id}", Raw);

    private static async Task<Results<FileContentHttpResult, NotFound>> Raw(string id, ClaimsPrincipal user, IGrainFactory grains) =>
        user.FindFirstValue(SessionClaims.Workspace) is { } workspace && RawEnvelope.IsId(id) && await grains.Ingestion(id).GetRaw(workspace) is { } raw
            ? RawEnvelope.Of(raw, id)
            : TypedResults.NotFound();
}
