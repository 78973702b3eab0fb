using System.Security.Claims;

namespace MtaSts.Web.Accounts;

/// <summary>How a sign-in ended.</summary>
public enum SignInAnswer
{
    /// <summary>The session's cookie is set.</summary>
    SignedIn,

    /// <summary>No such account, or another password: which of them is not told.</summary>
    Refused,

    /// <summary>Accounts cannot be read now.</summary>
    Unavailable,

    /// <summary>Too many sign in at this moment; nothing was looked at.</summary>
    Busy,

    /// <summary>Too many wrong passwords came from this network; nothing was looked at.</summary>
    Throttled,
}

/// <summary>Begins sessions. Only where a response has not begun: cookies travel in headers.</summary>
public interface ISignIn
{
    /// <summary>How long wrong passwords count, from the first of them.</summary>
    static readonly TimeSpan FailureWindow = TimeSpan.FromMinutes(15);

    /// <summary>Wrong passwords for one account that an address may send in that time. Other addresses are not kept out by them.</summary>
    const int MaxFailures = 5;

    Task<SignInAnswer> SignInAsync(string email, string password);

    /// <summary>Changes the password of who is signed in; this session goes on, all others of the account end.</summary>
    Task<SignInAnswer> ChangePasswordAsync(ClaimsPrincipal user, string current, string changed);
}
