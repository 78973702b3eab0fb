using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace MtaSts.Host.Dashboard;

/// <summary>The dashboard behind a proxy that terminates TLS: cookies only for HTTPS, and no pages without HTTPS.</summary>
internal static class PublicUrlSetup
{
    private static readonly TimeSpan HttpsRemembered = TimeSpan.FromDays(365);

    public static void AddPublicUrl(this IServiceCollection services)
    {
        services.AddOptions<PublicUrlOptions>().BindConfiguration(MtaSts.Web.DashboardOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicUrlOptions>, Validator>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<PublicUrlOptions>>((headers, settings) =>
        {
            headers.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            headers.ForwardLimit = null; // Every hop must be a trusted one.
            headers.KnownProxies.Clear();
            headers.KnownIPNetworks.Clear();
            foreach (var network in settings.Value.Networks())
                headers.KnownIPNetworks.Add(network);
        });
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<IOptions<PublicUrlOptions>>((cookies, settings) =>
            cookies.Cookie.SecurePolicy = settings.Value.IsPublic ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<PublicUrlOptions>>((forms, settings) =>
            forms.Cookie.SecurePolicy = settings.Value.IsPublic ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest);
        services.Configure<HstsOptions>(hsts => hsts.MaxAge = HttpsRemembered);
    }

    /// <summary>Must be called early, so that later middleware sees the client and its scheme. Without a public URL it does nothing, and no header is trusted.</summary>
    public static WebApplication UsePublicUrl(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        if (!settings.IsPublic)
            return app;
        var home = settings.PublicUrl!.TrimEnd('/');
        app.UseForwardedHeaders();
        app.UseHsts();
        app.Use((context, next) =>
        {
            // Scripts on this machine may call the API directly; browsers are redirected to HTTPS, where their cookies are safe.
            if (context.Request.IsHttps || context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
                return next(context);
            context.Response.Redirect(home + context.Request.Path + context.Request.QueryString, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        return app;
    }

    private sealed class Validator : IValidateOptions<PublicUrlOptions>
    {
        public ValidateOptionsResult Validate(string? name, PublicUrlOptions options) =>
            options.Problem is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
