using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Metadata;

namespace MtaSts.Host.Api;

/// <summary>The API for owners' automation: <c>/api/v1</c>, described at <c>/openapi/v1.json</c>.</summary>
internal static class ApiSetup
{
    public const string Prefix = "/api/v1";

    private const string DocumentName = "v1";

    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureApiJson();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // So that ApiErrors can report the cause.
        services.AddOpenApi(DocumentName, OpenApiText.Describe);
        services.AddSingleton<ApiTokenDirectory>();
        services.AddSingleton<ApiLimits>();
        return builder;
    }

    /// <summary>JSON settings of resources: camel case, enumerations by name.</summary>
    public static IServiceCollection ConfigureApiJson(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));

    /// <summary>Whether a request is for the API, whatever call it names.</summary>
    public static bool IsApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    /// <summary>After authentication.</summary>
    public static void UseApiLimits(this IApplicationBuilder app) => app.UseWhen(IsApi, static api => api.UseMiddleware<ApiLimits>());

    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseWhen(IsApi, static api => api.UseMiddleware<ApiErrors>());
        var api = app.MapGroup(Prefix);
        // Routing would treat a call whose body has another media type, or none, as an unknown call. With this the call itself checks the type.
        ((IEndpointConventionBuilder)api).Finally(static call =>
        {
            foreach (var accepts in call.Metadata.OfType<IAcceptsMetadata>().ToArray())
                call.Metadata.Remove(accepts);
        });
        api.MapDomains();
        api.MapPolicies();
        api.MapMxPlans();
        api.MapMoving();
        api.MapScorecards();
        api.MapReports();
        api.MapUploads();
        api.MapQuarantine();
        api.MapAlerts();
        api.MapChannels();
        api.MapSettings();
        api.MapWorkspace();
        api.MapPlugins();
        app.Map("/api/{**rest}", Problems.NoSuchCall).ExcludeFromDescription();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
