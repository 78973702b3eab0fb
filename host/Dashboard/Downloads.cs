using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Api;
using MtaSts.Host.Export;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard;

internal static class Downloads
{
    /// <summary>
    /// <c>GET /raw/{id}</c>: an envelope's bytes as they came, never shown by the browser. <c>GET /export/{domain}/scorecard</c> and <c>…/reports</c>: as the API's
    /// exports.
    /// </summary>
    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/raw/{id}", Raw);
        routes.MapGet("/export/{name}/{what:regex(^(scorecard|reports)$)}", Export);
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> Raw(string id, ClaimsPrincipal user, IGrainFactory grains) =>
        user.FindFirstValue(SessionClaims.Workspace) is { } workspace && RawEnvelope.IsId(id) && await grains.Ingestion(id).GetRaw(workspace) is { } raw
            ? RawEnvelope.Of(raw, id)
            : TypedResults.NotFound();

    private static async Task<IResult> Export(string name, string what, DateOnly from, DateOnly to, string? format, ClaimsPrincipal user, IGrainFactory grains, TimeProvider clock)
    {
        if (user.FindFirstValue(SessionClaims.Workspace) is not { } workspace || ClaimedDomain.Name(name) is not { } domain || !await grains.Workspace(workspace).HasClaim(domain))
            return TypedResults.NotFound();
        if (DayRange.Of(from, to, DayRange.MaxExportDays, clock.GetUtcNow()) is not { } range || ExportFormats.Of(format) is not { } kind)
            return TypedResults.BadRequest();
        return what == "reports" ? Exports.Reports(grains, workspace, domain, range.From, range.To, kind) : Exports.Scorecard(grains, workspace, domain, range.From, range.To, kind);
    }
}
