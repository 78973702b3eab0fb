using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>
/// The existing sessions. A cookie is valid only while its account's grain holds its session, which is checked with each request: a session ended
/// there is ended everywhere at once, also for copies of the cookie.
/// </summary>
internal sealed partial class SessionList(IGrainFactory grains, LiveCircuits circuits, IOptions<IdentityOptions> identity, TimeProvider clock, ILogger<SessionList> logger)
{
    /// <summary>A session ends after this time, even if it is in use.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>Ended sessions whose end could not be stored; no more are kept. Each has some 100 bytes.</summary>
    private const int MaxUntold = 10_000;

    private const int IdLength = 64;

    private readonly ConcurrentDictionary<string, DateTimeOffset> untold = new(StringComparer.Ordinal);

    /// <summary>The session id in the cookie; null without a sign-in.</summary>
    public static string? Id(ClaimsPrincipal? user) => user?.FindFirstValue(SessionClaims.Session);

    /// <summary>Starts a session and adds its id to the principal.</summary>
    /// <exception cref="InvalidOperationException">The account does not exist.</exception>
    public async Task BeginAsync(ClaimsPrincipal user)
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        if (Account(user) is not { } account || !await grains.Account(account).BeginSession(new AccountSession(ApiTokens.Hash(id), clock.GetUtcNow() + Longest)))
            throw new InvalidOperationException("No session was started: the account does not exist.");
        ((ClaimsIdentity)user.Identity!).AddClaim(new Claim(SessionClaims.Session, id));
    }

    /// <summary>Whether the session is valid. Throws when the account's grain cannot answer.</summary>
    public async ValueTask<bool> IsLiveAsync(ClaimsPrincipal? user) =>
        Id(user) is { } id && Account(user!) is { } account && !untold.ContainsKey(id) && await grains.Account(account).HasSession(ApiTokens.Hash(id));

    /// <summary>Ends a session and its open pages. While storage does not answer it is ended only in this process.</summary>
    public async Task EndAsync(ClaimsPrincipal user)
    {
        if (Id(user) is not { } id || Account(user) is not { } account)
            return;
        Remember(id);
        circuits.End(page => page.Session == id);
        try
        {
            await grains.Account(account).EndSession(ApiTokens.Hash(id));
            untold.TryRemove(id, out _);
        }
        catch (Exception exception)
        {
            LogUntold(exception);
        }
    }

    /// <summary>Ends the open pages of an account whose sessions were ended.</summary>
    public void EndPages(string account) => circuits.End(page => page.Account == account);

    /// <summary>The account of a principal.</summary>
    public string? Account(ClaimsPrincipal user) => user.FindFirstValue(identity.Value.ClaimsIdentity.UserIdClaimType);

    private void Remember(string id)
    {
        var now = clock.GetUtcNow();
        if (untold.Count >= MaxUntold)
        {
            foreach (var (old, until) in untold)
            {
                if (until < now)
                    untold.TryRemove(old, out _);
            }
        }
        if (untold.Count < MaxUntold)
            untold[id] = now + Longest;
    }

    [LoggerMessage(1804, LogLevel.Error, "Sign-out not stored: the session has ended in this process, and a copy of its cookie would work again after a restart. Change the account's password to end all of its sessions")]
    private partial void LogUntold(Exception exception);
}
