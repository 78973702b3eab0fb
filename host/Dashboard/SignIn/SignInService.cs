using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using MtaSts.Grains;
using MtaSts.Host.Dashboard.Sessions;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>Password sign-in. An unknown e-mail address takes as much time as a wrong password.</summary>
internal sealed partial class SignInService(
    SignInManager<AccountUser> signIn,
    UserManager<AccountUser> users,
    SignInThrottle throttle,
    SignInLane lane,
    DeviceCookie devices,
    SessionList sessions,
    IHttpContextAccessor accessor,
    ILogger<SignInService> logger) : ISignIn
{
    private static readonly AccountUser Nobody = new(new() { Id = "", Email = "", SecurityStamp = "" });
    private static readonly string NobodysHash = new PasswordHasher<AccountUser>().HashPassword(Nobody, "not a password anybody has");

    public Task<SignInAnswer> SignInAsync(string email, string password)
    {
        email = email.Trim();
        return email.Length > AccountStore.MaxEmail ? Task.FromResult(SignInAnswer.Refused) : Attempt(GrainKeys.NormalizedEmail(email), async () =>
        {
            if (await users.FindByEmailAsync(email) is not { } user)
            {
                users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
                return SignInAnswer.Refused;
            }
            if (!(await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: false)).Succeeded)
                return SignInAnswer.Refused;
            await signIn.SignInAsync(user, isPersistent: false);
            if (accessor.HttpContext is { } context)
                devices.Write(context, user.Id);
            return SignInAnswer.SignedIn;
        });
    }

    // Wrong passwords count as at the sign-in, so that an open session cannot be used to guess the password.
    public Task<SignInAnswer> ChangePasswordAsync(ClaimsPrincipal user, string current, string changed) => Attempt(users.GetUserId(user) ?? "", async () =>
    {
        if (await users.GetUserAsync(user) is not { } account || !(await signIn.CheckPasswordSignInAsync(account, current, lockoutOnFailure: false)).Succeeded)
            return SignInAnswer.Refused;
        var result = await users.ChangePasswordAsync(account, current, changed);
        if (!result.Succeeded)
            return SignInAnswer.Unavailable; // Changed concurrently.
        // The new password has ended every session of the account, this one too.
        sessions.EndPages(account.Id);
        await signIn.SignInAsync(account, isPersistent: false);
        return SignInAnswer.SignedIn;
    });

    private async Task<SignInAnswer> Attempt(string account, Func<Task<SignInAnswer>> work)
    {
        var context = accessor.HttpContext;
        var network = ClientNetwork.Of(context);
        var device = devices.DeviceOf(context, account);
        if (throttle.Begin(account, network, device) is not { } attempt)
        {
            LogThrottled();
            return SignInAnswer.Throttled;
        }
        using var place = await lane.EnterAsync(network, device, context?.RequestAborted ?? CancellationToken.None);
        if (place is null)
        {
            attempt.NotChecked();
            return SignInAnswer.Busy;
        }
        try
        {
            var answer = await work();
            if (answer == SignInAnswer.SignedIn)
                attempt.Succeeded();
            else if (answer != SignInAnswer.Refused)
                attempt.NotChecked();
            return answer;
        }
        catch (Exception exception)
        {
            attempt.NotChecked();
            LogUnavailable(exception);
            return SignInAnswer.Unavailable;
        }
    }

    [LoggerMessage(1801, LogLevel.Warning, "Sign-in refused without checking the password: too many wrong passwords from that network")]
    private partial void LogThrottled();

    [LoggerMessage(1802, LogLevel.Error, "Sign-in failed: the account could not be read or written; the user was asked to retry")]
    private partial void LogUnavailable(Exception exception);
}
