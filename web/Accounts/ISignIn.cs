using System.Security.Claims;

namespace MtaSts.Web.Accounts;

/// <summary>Result of a sign-in.</summary>
public enum SignInAnswer
{
    /// <summary>The session's cookie is set.</summary>
    SignedIn,

    /// <summary>Unknown account or wrong password, without saying which.</summary>
    Refused,

    /// <summary>Accounts are temporarily unavailable.</summary>
    Unavailable,

    /// <summary>Too many concurrent sign-ins; the password was not checked.</summary>
    Busy,

    /// <summary>Too many wrong passwords from this network; the password was not checked.</summary>
    Throttled,
}

/// <summary>Starts sessions. Only before a response has started, because cookies are headers.</summary>
public interface ISignIn
{
    /// <summary>How long wrong passwords count, from the first of them.</summary>
    static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(15);

    /// <summary>Wrong passwords for one account that an address may send in that time. Other addresses are not affected.</summary>
    const int MaxFailures = 5;

    Task<SignInAnswer> SignInAsync(string email, string password);

    /// <summary>Changes the password of the signed-in user; this session continues, all others of the account end.</summary>
    Task<SignInAnswer> ChangePasswordAsync(ClaimsPrincipal user, string current, string changed);
}
