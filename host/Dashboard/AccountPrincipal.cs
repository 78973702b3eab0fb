using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MtaSts.Application;

namespace MtaSts.Host.Dashboard;

/// <summary>Adds the workspace and the role to a session.</summary>
internal sealed class AccountPrincipal(UserManager<AccountUser> users, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<AccountUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AccountUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        if (user.Record.Workspaces is [var workspace, ..])
            identity.AddClaim(new Claim(ActorClaims.Workspace, workspace));
        if (user.Record.IsAdministrator)
            identity.AddClaim(new Claim(identity.RoleClaimType, ActorClaims.Administrator));
        return identity;
    }
}
