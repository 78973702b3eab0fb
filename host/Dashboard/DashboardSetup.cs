using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Hosting.StaticWebAssets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.FileProviders;
using MtaSts.Host.Api;
using MtaSts.Host.Dashboard.Bounds;
using MtaSts.Host.Dashboard.Sessions;
using MtaSts.Host.Dashboard.SignIn;
using MtaSts.Web;
using MtaSts.Web.Accounts;
using MudBlazor;
using MudBlazor.Services;

namespace MtaSts.Host.Dashboard;

/// <summary>The owners' pages: sessions, components, files.</summary>
internal static class DashboardSetup
{
    /// <summary>A session ends when it is not used for this long; for one in use see <see cref="SessionList.Longest"/>.</summary>
    private static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    /// <summary>Pages kept for browsers that lost their connection: a few hundred kilobytes each. Beyond it the oldest pages have to load again.</summary>
    private const int MaxDisconnected = 100;

    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<DashboardOptions>().BindConfiguration(DashboardOptions.Section);
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            options.DetailedErrors = false;
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            options.DisconnectedCircuitMaxRetained = MaxDisconnected;
            options.PersistedCircuitInMemoryMaxRetained = MaxDisconnected;
            options.PersistedCircuitInMemoryRetentionPeriod = TimeSpan.FromMinutes(30);
        });
        services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter);
        AddSessions(services);
        services.AddPublicUrl();
        builder.AddBounds();
        UseFiles(builder);
        return builder;
    }

    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseNotFoundPage();
        app.UseMethods();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseApiLimits();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapSessions();
        app.MapDownloads();
        app.MapRecipients();
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null) // Set by SecurityHeaders.
            .WithStaticAssets()
            .AnswerHead();
        return app;
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddIdentityCore<AccountUser>(options =>
        {
            options.User.AllowedUserNameCharacters = ""; // These services only look up addresses and never create them.
            options.Password.RequiredLength = PasswordRules.MinLength;
            options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false;
        }).AddUserStore<AccountStore>().AddSignInManager().AddClaimsPrincipalFactory<AccountPrincipal>();
        services.AddPermissionPolicies().AddCookie(IdentityConstants.ApplicationScheme, options =>
        {
            options.Cookie.Name = "mtasts-session";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.ExpireTimeSpan = SessionLength;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/sign-in";
            options.ReturnUrlParameter = "returnUrl";
            options.EventsType = typeof(SessionCookie);
        });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "mtasts-form";
            options.SuppressXFrameOptionsHeader = true; // SecurityHeaders sets a stricter one.
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionRevalidation>();
        services.AddScoped<Microsoft.AspNetCore.Components.Server.Circuits.CircuitHandler, OpenPage>();
        services.AddHttpContextAccessor();
        services.AddSingleton<SessionList>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<LiveCircuits>();
        services.AddSingleton<CircuitGuard>();
        services.Configure<HubOptions>(options => options.AddFilter<CircuitGuard>());
        services.AddSingleton<DeviceCookie>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<SignInLane>();
        services.AddScoped<ISignIn, SignInService>();
    }

    /// <summary>Style sheets and scripts are next to the program, published or built, for any working directory.</summary>
    private static void UseFiles(WebApplicationBuilder builder)
    {
        var published = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (Directory.Exists(published))
            builder.Environment.WebRootFileProvider = new PhysicalFileProvider(published);
        else
        {
            StaticWebAssetsLoader.UseStaticWebAssets(builder.Environment, builder.Configuration);
            // The framework's reload of changed style sheets sends them without compression.
            builder.Configuration["ReloadStaticAssetsAtRuntime"] ??= bool.FalseString;
        }
    }
}
