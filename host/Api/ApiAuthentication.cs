using Microsoft.AspNetCore.Http.Features;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>Lets a request with the bearer token of a workspace through, and no other (RFC 6750).</summary>
internal sealed class ApiAuthentication(RequestDelegate next, ApiTokenDirectory tokens, ApiRates rates)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of a request, or null.</summary>
    public static string? TokenOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;

    public async Task InvokeAsync(HttpContext context)
    {
        if (TokenOf(context) is not { } token)
        {
            await Refuse(context, "Bearer", "Send an API token: \"Authorization: Bearer <token>\". Tokens are made on the dashboard, under Settings.");
            return;
        }
        switch (await tokens.FindAsync(token))
        {
            case TokenAnswer.Known known:
                using (var place = await rates.EnterAsync(known.Owner.WorkspaceId))
                {
                    if (!place.IsAcquired)
                    {
                        context.Response.Headers.RetryAfter = "1";
                        await Problems.Of(StatusCodes.Status429TooManyRequests, "too-many", $"More than {ApiRates.PerSecond} calls a second, or {ApiRates.AtOnce} at once, came with this workspace's tokens. Try again in a second.").ExecuteAsync(context);
                        return;
                    }
                    if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                        limit.MaxRequestBodySize = ApiErrors.MaxBody;
                    context.Features.Set(known.Owner);
                    await next(context);
                }
                break;
            case TokenAnswer.Busy:
                context.Response.Headers.RetryAfter = "1";
                await Problems.Of(StatusCodes.Status503ServiceUnavailable, "busy", "Too many unknown tokens are being looked up. Try again in a second.").ExecuteAsync(context);
                break;
            default:
                await Refuse(context, "Bearer error=\"invalid_token\"", "This API token is not known; it may have been revoked.");
                break;
        }
    }

    private static Task Refuse(HttpContext context, string challenge, string detail)
    {
        context.Response.Headers.WWWAuthenticate = challenge;
        return Problems.Of(StatusCodes.Status401Unauthorized, "unauthorized", detail).ExecuteAsync(context);
    }
}

/// <summary>Who is calling, bound from the request's token.</summary>
internal sealed record Caller(string WorkspaceId, string By)
{
    /// <exception cref="InvalidOperationException">The request did not pass <see cref="ApiAuthentication"/>: nothing is answered rather than anything.</exception>
    public static ValueTask<Caller> BindAsync(HttpContext context)
    {
        var owner = context.Features.Get<ApiTokenOwner>() ?? throw new InvalidOperationException("An API call without a caller.");
        return ValueTask.FromResult(new Caller(owner.WorkspaceId, "API token " + owner.Name));
    }
}
