using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>Ties the session's cookie to the list of sessions.</summary>
internal sealed partial class SessionCookie(SessionList sessions, ILogger<SessionCookie> logger) : CookieAuthenticationEvents
{
    private static readonly object Unchecked = new();

    public override Task SigningIn(CookieSigningInContext context) => sessions.BeginAsync(context.Principal!);

    public override Task SigningOut(CookieSigningOutContext context) => sessions.EndAsync(context.HttpContext.User);

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        try
        {
            if (await sessions.IsLiveAsync(context.Principal))
                return;
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(context.Scheme.Name);
        }
        catch (Exception exception)
        {
            // The cookie stays: it is good again when the account can be read.
            LogUnavailable(exception);
            context.HttpContext.Items[Unchecked] = true;
            context.RejectPrincipal();
        }
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => Lead(context);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => Lead(context);

    /// <summary>Pages redirect to the sign-in; the script of an open page gets a plain status. (The API answers on its own.)</summary>
    private static Task Lead(RedirectContext<CookieAuthenticationOptions> context)
    {
        var response = context.Response;
        if (context.HttpContext.Items.ContainsKey(Unchecked))
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "10";
            return response.WriteAsync("Your session cannot be checked: storage does not answer. Mail and policies are not affected. Reload this page in a minute.");
        }
        if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
            response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    [LoggerMessage(1805, LogLevel.Warning, "A session could not be checked; the request was refused")]
    private partial void LogUnavailable(Exception exception);
}
