namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>
/// Keeps answers out of caches, of browsers and of proxies (RFC 9111 §5.2.2.5): reports, exports and the API's answers are private, and a cookie or
/// token may be invalid when a cache answers. Answers that set their own caching, such as style sheets, are not changed.
/// </summary>
internal static class NoStore
{
    public static IApplicationBuilder UseNoStore(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context.Response);
        return next(context);
    });
}
