using System.Security.Claims;
using MtaSts.Web.Accounts;

namespace MtaSts.Web.Layout;

/// <summary>Who looks at the pages, and the workspace they look at.</summary>
/// <param name="Email">Stands as "by" in everything this session changes.</param>
/// <param name="IsAdministrator">May change what concerns the whole service, such as plans.</param>
public sealed record Session(string Workspace, string Email, bool IsAdministrator = false)
{
    /// <summary>Null when nobody is signed in, or the account is a member of no workspace.</summary>
    public static Session? Of(ClaimsPrincipal user) =>
        user is { Identity: { IsAuthenticated: true, Name: { } email } } && user.FindFirst(SessionClaims.Workspace)?.Value is { } workspace
            ? new Session(workspace, email, user.IsInRole(SessionClaims.Administrator))
            : null;
}
