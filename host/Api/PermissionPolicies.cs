using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using MtaSts.Application;

namespace MtaSts.Host.Api;

/// <summary>
/// Authorization policies by permission name. They apply to session cookies and API tokens alike; the path determines which of the two a request may
/// use, so that a browser's cookie never authenticates an API call.
/// </summary>
internal static class PermissionPolicies
{
    private const string ByPath = "ByPath";

    public static AuthenticationBuilder AddPermissionPolicies(this IServiceCollection services)
    {
        var authorization = services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var permission in Permissions.All)
            authorization.AddPolicy(permission, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => ActorClaims.Read(context.User)?.Permissions.Contains(permission) == true));
        return services.AddAuthentication(ByPath)
            .AddPolicyScheme(ByPath, null, options => options.ForwardDefaultSelector = context => ApiSetup.IsApi(context) ? BearerTokens.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, BearerTokens>(BearerTokens.SchemeName, null);
    }
}
