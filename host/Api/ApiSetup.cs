using System.Text.Json;
using System.Text.Json.Serialization;

namespace MtaSts.Host.Api;

/// <summary>The interface for owners' automation: <c>/api/v1</c>, described at <c>/openapi/v1.json</c>.</summary>
internal static class ApiSetup
{
    public const string Prefix = "/api/v1";

    private const string DocumentName = "v1";

    public static WebApplicationBuilder AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // So that ApiErrors can say what was wrong.
        services.AddOpenApi(DocumentName, OpenApiText.Describe);
        services.AddSingleton<ApiTokenDirectory>();
        services.AddSingleton<ApiRates>();
        services.AddSingleton<DomainChecks>();
        return builder;
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            api => api.UseMiddleware<ApiErrors>().UseMiddleware<ApiAuthentication>());
        // Bearer tokens are looked at by the middleware above; the dashboard's cookies have no say here.
        var api = app.MapGroup(Prefix).AllowAnonymous();
        api.MapDomains();
        api.MapPolicies();
        api.MapScorecards();
        api.MapReports();
        api.MapUploads();
        api.MapQuarantine();
        api.MapAlerts();
        api.MapSettings();
        api.MapWorkspace();
        api.MapPlugins();
        app.Map("/api/{**rest}", Problems.NoSuchCall).AllowAnonymous().ExcludeFromDescription();
        app.MapOpenApi().AllowAnonymous();
        return app;
    }
}
