using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>
/// Limits of a request's body in bytes, applied before the body is read: a form is buffered in memory before its token is checked. The server's
/// default is the small limit, so that it also applies to endpoints added later; it is raised once the client is authenticated.
/// </summary>
internal static class BodyLimits
{
    /// <summary>The longest form of the dashboard (two passwords and a token) has 2 KiB.</summary>
    public const int Anonymous = 16 * 1024;

    /// <summary>One message of an open page: uploads travel in pieces of this size over the circuit.</summary>
    public const int Message = 128 * 1024;

    /// <summary>A message with its framing, when it is sent by POST because the browser has no WebSocket. The endpoint requires a session.</summary>
    public const int Circuit = Message + Anonymous;

    public static void Set(KestrelServerOptions kestrel) => kestrel.Limits.MaxRequestBodySize = Anonymous;

    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var limit = context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) ? Circuit : Anonymous;
        // The API sets its own limits, see ApiErrors and ApiLimits.
        var isApi = context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limit;
        if (context.Request.ContentLength > limit && !isApi)
        {
            await RefuseAsync(context, limit);
            return;
        }
        try
        {
            await next(context);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge && !context.Response.HasStarted)
        {
            await RefuseAsync(context, limit);
        }
    });

    private static Task RefuseAsync(HttpContext context, int limit)
    {
        context.Response.Headers.Connection = "close";
        return context.RefuseAsync(StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is larger than the {limit / 1024} KiB allowed here. Upload reports on the upload page, or by POST /api/v1/reports."));
    }
}
