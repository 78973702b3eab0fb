using Microsoft.Extensions.Options;

namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>
/// Refuses requests that another site's page makes a browser send with the owner's cookies: all requests that change data, and the connections of
/// open pages. Forms also have an antiforgery token. The API uses no cookies and is exempt.
/// </summary>
internal static class OriginCheck
{
    public static IApplicationBuilder UseOriginCheck(this IApplicationBuilder app)
    {
        var home = app.ApplicationServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value is { IsPublic: true } settings ? new Uri(settings.PublicUrl!) : null;
        return app.Use((context, next) => IsForeign(context, home)
            ? context.RefuseAsync(StatusCodes.Status403Forbidden, "This request came from another site's page and was refused. Open the dashboard itself. Behind a proxy, configure it to forward the Host header, or set Dashboard:PublicUrl.")
            : next(context));
    }

    /// <param name="home"><c>Dashboard:PublicUrl</c>; null when it is not set.</param>
    public static bool IsForeign(HttpContext context, Uri? home)
    {
        var request = context.Request;
        var isCircuit = request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase);
        var isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method);
        if (request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || (isSafe && !isCircuit))
            return false;
        if (request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
            return true;
        var origin = request.Headers.Origin.ToString();
        // A browser always sends the origin of a WebSocket; for a GET or a form of an old browser it may be missing.
        return origin.Length == 0 ? context.WebSockets.IsWebSocketRequest || IsWebSocket(request) : !IsOwn(origin, request, home);
    }

    private static bool IsOwn(string origin, HttpRequest request, Uri? home)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && (url.Scheme != Uri.UriSchemeHttp || request.IsHttps)))
            return false;
        if (home is not null && Uri.Compare(url, home, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0)
            return true;
        return string.Equals(url.IdnHost, request.Host.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase) && url.Port == (request.Host.Port ?? (url.Scheme == Uri.UriSchemeHttps ? 443 : 80));
    }

    // Also works before the WebSocket middleware.
    private static bool IsWebSocket(HttpRequest request) =>
        string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase) || HttpMethods.IsConnect(request.Method);
}
