using Microsoft.AspNetCore.SignalR;

namespace MtaSts.Host.Dashboard.Bounds;

/// <summary>The checks of each request to the dashboard's listener, before any other processing.</summary>
internal static class BoundsSetup
{
    public static void AddBounds(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(BodyLimits.Set);
        builder.Services.AddSingleton<HostNames>();
        builder.Services.AddRequestRates();
        builder.Services.Configure<HubOptions>(options => options.MaximumReceiveMessageSize = BodyLimits.Message);
    }

    /// <summary>Must be called first. The host name is checked before the redirect to the public URL; all later middleware sees the client behind a
    /// trusted proxy.</summary>
    public static WebApplication UseBounds(this WebApplication app)
    {
        app.UseNoStore();
        app.UseHostNames();
        app.UsePublicUrl();
        app.UseBodyLimits();
        app.UseRateLimiter();
        app.UseOriginCheck();
        return app;
    }

    /// <summary>Ends a request with a text that says what is wrong.</summary>
    public static Task RefuseAsync(this HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(text);
    }
}
