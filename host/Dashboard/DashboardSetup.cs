using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.FileProviders;
using MtaSts.Web;
using MtaSts.Web.Accounts;
using MudBlazor;
using MudBlazor.Services;

namespace MtaSts.Host.Dashboard;

/// <summary>The owners' pages: sessions, components, files.</summary>
internal static class DashboardSetup
{
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section);
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            options.DetailedErrors = false;
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
        });
        // Uploads travel in pieces of this size over the circuit.
        services.Configure<Microsoft.AspNetCore.SignalR.HubOptions>(options => options.MaximumReceiveMessageSize = 128 * 1024);
        services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter);
        AddSessions(services);
        services.AddPublicUrl();
        UseFiles(builder);
        return builder;
    }

    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapSessions();
        app.MapDownloads();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null) // Ours says it, see SecurityHeaders.
            .WithStaticAssets();
        return app;
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddIdentityCore<AccountUser>(options =>
        {
            options.User.AllowedUserNameCharacters = ""; // Addresses are looked up, never made, by these services.
            options.Lockout.MaxFailedAccessAttempts = ISignIn.MaxFailures;
            options.Lockout.DefaultLockoutTimeSpan = ISignIn.Lockout;
            options.Password.RequiredLength = PasswordRules.MinLength;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        }).AddUserStore<AccountStore>().AddSignInManager().AddClaimsPrincipalFactory<AccountPrincipal>();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "mtasts-session";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = SessionLength;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.Events.OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync;
            options.Events.OnRedirectToLogin = RedirectPagesOnly;
            options.Events.OnRedirectToAccessDenied = RedirectPagesOnly;
        });
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromMinutes(5));
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(IdentityConstants.ApplicationScheme).RequireAuthenticatedUser().Build());
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "mtasts-form";
            options.SuppressXFrameOptionsHeader = true; // Ours is stricter, see SecurityHeaders.
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionRevalidation>();
        services.AddHttpContextAccessor();
        services.AddSingleton<SignInLane>();
        services.AddScoped<ISignIn, SignInService>();
    }

    /// <summary>Pages lead to the sign-in; the script of an open page is told plainly. (The API has its own door.)</summary>
    private static Task RedirectPagesOnly(Microsoft.AspNetCore.Authentication.RedirectContext<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions> context)
    {
        if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    /// <summary>Style sheets and scripts lie beside the program, published or built, wherever it is started from.</summary>
    private static void UseFiles(WebApplicationBuilder builder)
    {
        var published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(published))
            builder.Environment.WebRootFileProvider = new PhysicalFileProvider(published);
        else
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
    }
}
