using System.Security.Claims;

namespace MtaSts.Web.Accounts;

/// <summary>How a sign-in ended.</summary>
public enum SignInAnswer
{
    /// <summary>The session's cookie is set.</summary>
    SignedIn,

    /// <summary>No such account, or another password: which of them is not told.</summary>
    Refused,

    /// <summary>Accounts cannot be read just now.</summary>
    Unavailable,

    /// <summary>Too many sign in at this moment; nothing was looked at.</summary>
    Busy,
}

/// <summary>Begins sessions. Only where a response has not begun: cookies travel in headers.</summary>
public interface ISignIn
{
    /// <summary>Longest time an account is locked after too many wrong passwords.</summary>
    static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);

    /// <summary>Wrong passwords in a row that lock an account.</summary>
    const int MaxFailures = 5;

    Task<SignInAnswer> SignInAsync(string email, string password);

    /// <summary>Changes the password of who is signed in; this session goes on, all others of the account end.</summary>
    Task<SignInAnswer> ChangePasswordAsync(ClaimsPrincipal user, string current, string changed);
}
