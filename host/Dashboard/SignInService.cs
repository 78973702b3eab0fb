using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard;

/// <summary>Password sign-in with lockout. An address nobody has, and an account that is locked, cost as much time as a wrong password.</summary>
internal sealed partial class SignInService(SignInManager<AccountUser> signIn, UserManager<AccountUser> users, SignInLane lane, IHttpContextAccessor context, ILogger<SignInService> logger) : ISignIn
{
    private static readonly AccountUser Nobody = new(new() { Id = "", Email = "", SecurityStamp = "" });
    private static readonly string NobodysHash = new PasswordHasher<AccountUser>().HashPassword(Nobody, "not a password anybody has");

    public Task<SignInAnswer> SignInAsync(string email, string password) => InLane(async () =>
    {
        var user = await users.FindByEmailAsync(email.Trim());
        var isLocked = user is not null && await users.IsLockedOutAsync(user);
        if (user is null || isLocked)
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            if (isLocked)
                LogLockedOut();
            return SignInAnswer.Refused;
        }
        var result = await signIn.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
        if (result.IsLockedOut)
            LogLockedOut();
        return result.Succeeded ? SignInAnswer.SignedIn : SignInAnswer.Refused;
    });

    public Task<SignInAnswer> ChangePasswordAsync(ClaimsPrincipal user, string current, string changed) => InLane(async () =>
    {
        // A session left open is no way to guess the password: wrong ones count as at the sign-in.
        if (await users.GetUserAsync(user) is not { } account || !(await signIn.CheckPasswordSignInAsync(account, current, lockoutOnFailure: true)).Succeeded)
            return SignInAnswer.Refused;
        var result = await users.ChangePasswordAsync(account, current, changed);
        if (!result.Succeeded)
            return SignInAnswer.Unavailable; // Changed elsewhere at the same moment.
        await signIn.RefreshSignInAsync(account);
        return SignInAnswer.SignedIn;
    });

    private async Task<SignInAnswer> InLane(Func<Task<SignInAnswer>> work)
    {
        using var place = await lane.EnterAsync(context.HttpContext?.RequestAborted ?? CancellationToken.None);
        if (place is null)
            return SignInAnswer.Busy;
        try
        {
            return await work();
        }
        catch (Exception exception)
        {
            LogUnavailable(exception);
            return SignInAnswer.Unavailable;
        }
    }

    [LoggerMessage(1801, LogLevel.Warning, "A sign-in was refused: the account is locked after too many wrong passwords")]
    private partial void LogLockedOut();

    [LoggerMessage(1802, LogLevel.Error, "A sign-in failed because the account could not be read")]
    private partial void LogUnavailable(Exception exception);
}
