using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>Starts and ends a session with its cookie, and checks at each request that the session still exists (<see cref="SessionList"/>).</summary>
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
            // This request is treated as not signed in. The cookie is kept: it is accepted again when the session can be checked.
            LogUnavailable(exception);
            context.HttpContext.Items[Unchecked] = true;
            context.RejectPrincipal();
        }
    }

    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context) => ChallengeAsync(context);

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context) => ChallengeAsync(context);

    /// <summary>
    /// Answers a request that is not signed in: 503 if its session could not be checked, 401 for the script of an open page, otherwise a redirect to the
    /// sign-in page. API calls do not use this cookie (<see cref="Api.BearerTokens"/>).
    /// </summary>
    private static Task ChallengeAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        var response = context.Response;
        if (context.HttpContext.Items.ContainsKey(Unchecked))
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "10";
            return response.WriteAsync("Your session cannot be checked: storage is unavailable. Mail and policies are not affected. Reload this page in a few seconds.");
        }
        if (context.Request.Path.StartsWithSegments("/_blazor", StringComparison.Ordinal))
            response.StatusCode = StatusCodes.Status401Unauthorized;
        else
            response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    [LoggerMessage(1805, LogLevel.Warning, "Session not checked (storage unavailable); the request is treated as not signed in")]
    private partial void LogUnavailable(Exception exception);
}
