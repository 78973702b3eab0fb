using System.Security.Claims;

namespace MtaSts.Application;

/// <summary>The actor of a principal, which a session's cookie or an API token identifies.</summary>
public static class ActorClaims
{
    /// <summary>Id of the workspace it acts in.</summary>
    public const string Workspace = "mtasts:workspace";

    /// <summary>The role of the service's administrators.</summary>
    public const string Administrator = "administrator";

    /// <summary>Authentication type of an API token's identity.</summary>
    public const string Token = "token";

    /// <summary>Null when no account is signed in, or the account is a member of no workspace.</summary>
    public static Actor? Read(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user is not { Identity: { IsAuthenticated: true, Name: { } name } } || user.FindFirst(Workspace)?.Value is not { } workspace ? null
            : user.Identity.AuthenticationType == Token ? Actor.ApiToken(workspace, name)
            : Actor.Account(workspace, name, user.IsInRole(Administrator));
    }

    /// <summary>The identity of an API token.</summary>
    public static ClaimsIdentity OfToken(string workspaceId, string name) => new([new(ClaimTypes.Name, name), new(Workspace, workspaceId)], Token);
}
