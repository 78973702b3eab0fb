using Microsoft.AspNetCore.Diagnostics;

namespace MtaSts.Host.Dashboard;

/// <summary>Answers an unknown address with a page, with status 404, when a browser asks for one.</summary>
internal static class NotFoundPages
{
    private const string Page = "/not-found";

    public static IApplicationBuilder UseNotFoundPage(this IApplicationBuilder app) => app
        .UseStatusCodePagesWithReExecute(Page, createScopeForStatusCodePages: true)
        .Use(static async (context, next) =>
        {
            var isForPeople = IsForPeople(context.Request);
            await next(context);
            if (!(isForPeople && context.Response.StatusCode == StatusCodes.Status404NotFound) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
        });

    private static bool IsForPeople(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.Any(static accept => accept?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);
}
