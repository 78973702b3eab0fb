using System.Security.Claims;
using MtaSts.Application;

namespace MtaSts.Web.Layout;

/// <summary>The user of the pages, and the workspace.</summary>
public sealed record Session(Actor Actor)
{
    /// <summary>Recorded as "by" in all changes of this session.</summary>
    public string Email => Actor.Name;

    /// <summary>Whether to show a part of a page that needs the permission.</summary>
    public bool May(string permission) => Actor.Permissions.Contains(permission);

    /// <summary>Null without a sign-in, or when the account is a member of no workspace.</summary>
    public static Session? Of(ClaimsPrincipal user) => ActorClaims.Read(user) is { } actor ? new Session(actor) : null;
}
