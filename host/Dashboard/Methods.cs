namespace MtaSts.Host.Dashboard;

/// <summary>Answers of the pages to methods other than GET and POST.</summary>
internal static class Methods
{
    /// <summary>
    /// Answers 405 or 415 where routing found the path but no endpoint for the method or type, before authentication: a client that keeps its method
    /// would be redirected to the sign-in page in a loop.
    /// </summary>
    public static IApplicationBuilder UseMethods(this IApplicationBuilder app) => app.Use(static (context, next) =>
        // Endpoints that routing generates itself have no route and no metadata.
        context.GetEndpoint() is { Metadata.Count: 0, RequestDelegate: { } answer } and not RouteEndpoint ? answer(context) : next(context));

    /// <summary>Makes pages answer HEAD as GET; the server sends no body (RFC 9110 §9.3.2). The framework's components support only GET and POST.</summary>
    public static void AnswerHead(this IEndpointConventionBuilder pages) => pages.Add(static page =>
    {
        for (var i = 0; i < page.Metadata.Count; i++)
        {
            if (page.Metadata[i] is HttpMethodMetadata { HttpMethods: var methods } && methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head))
                page.Metadata[i] = new HttpMethodMetadata([.. methods, HttpMethods.Head]);
        }
    });
}
