using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Host.Api;
using MtaSts.Host.Export;

namespace MtaSts.Host.Dashboard;

internal static class Downloads
{
    /// <summary>
    /// <c>GET /raw/{id}</c>: an envelope's bytes as received, never displayed by the browser. <c>GET /export/{domain}/scorecard</c> and <c>…/reports</c>: as the API's
    /// exports.
    /// </summary>
    public static void MapDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/raw/{id}", Raw).Needs(Permissions.ReportsRead);
        routes.MapGet("/export/{name}/scorecard", async (string name, DateOnly from, DateOnly to, string? format, Caller caller, ScorecardQueries scorecards) =>
            File(await scorecards.Export(caller.Actor, name, from, to), format, Exports.Scorecard)).Needs(Permissions.ReportsRead);
        routes.MapGet("/export/{name}/reports", async (string name, DateOnly from, DateOnly to, string? format, Caller caller, ReportQueries reports) =>
            File(await reports.Export(caller.Actor, name, from, to), format, Exports.Reports)).Needs(Permissions.ReportsRead);
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> Raw(string id, Caller caller, ReportQueries reports) =>
        await reports.Raw(caller.Actor, null, id) is { Value: { } raw } ? RawDownload.Of(raw) : TypedResults.NotFound();

    private static IResult File<T>(CommandResult<T> rows, string? format, Func<T, ExportFormat, IResult> file) where T : class =>
        rows.Refusal is { Code: RefusalCodes.NotFound } ? TypedResults.NotFound()
        : rows.IsDone && ExportFormats.Of(format) is { } kind ? file(rows.Value, kind) : TypedResults.BadRequest();
}
