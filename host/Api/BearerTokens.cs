using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Application;

namespace MtaSts.Host.Api;

/// <summary>Authenticates a request by the bearer token of a workspace (RFC 6750). Logs nothing: the framework's lines for each refusal would let a flood of guesses fill the log.</summary>
internal sealed class BearerTokens(IOptionsMonitor<AuthenticationSchemeOptions> options, UrlEncoder encoder, ApiTokenDirectory tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    /// <summary>The authentication scheme's name.</summary>
    public const string SchemeName = "ApiToken";

    private const string Prefix = "Bearer ";

    private TokenAnswer? answer;

    /// <summary>The token of a request, or null.</summary>
    public static string? TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is var header && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim() : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenOf(Context) is not { } token)
            return AuthenticateResult.NoResult();
        answer = await tokens.FindAsync(token);
        return answer is TokenAnswer.Known { Owner: var owner }
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(ActorClaims.OfToken(owner.WorkspaceId, owner.Name)), SchemeName))
            : AuthenticateResult.Fail("The token is not known.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (answer is TokenAnswer.Busy)
        {
            Response.Headers.RetryAfter = "1";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "busy", "Too many unknown tokens are being looked up. Try again in a second.").ExecuteAsync(Context);
        }
        Response.Headers.WWWAuthenticate = answer is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        return Problems.Of(StatusCodes.Status401Unauthorized, "unauthorized", answer is null
            ? "Send an API token: \"Authorization: Bearer <token>\". Create tokens on the dashboard, under Settings."
            : "This API token is unknown. It may have been revoked. Create a token on the dashboard, under Settings.").ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Refusal(Context).ExecuteAsync(Context);

    /// <summary>Uses the application's error, which would refuse the call as well.</summary>
    private static ProblemHttpResult Refusal(HttpContext context) =>
        Problems.Of(context.GetEndpoint()!.Metadata.OfType<IAuthorizeData>().Select(needed => ActorClaims.Read(context.User)?.Lacks(needed.Policy ?? "")).OfType<Grains.Refusal>().First());
}
