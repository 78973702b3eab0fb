namespace MtaSts.Grains.Accounts;

/// <summary>The sessions of an account: which are added, which end.</summary>
internal static class AccountSessions
{
    /// <summary>The state with one session more. Sessions that are over are removed, and the oldest if there would be more than <see cref="AccountSession.Most"/>.</summary>
    public static AccountState Begin(AccountState state, AccountSession session, DateTimeOffset now) =>
        state with { Sessions = [.. state.Sessions.Where(one => one.EndsAt > now && one.IdHash != session.IdHash).TakeLast(AccountSession.Most - 1), session] };

    /// <summary>The state without the session; null when it has none of that id.</summary>
    public static AccountState? End(AccountState state, string idHash) =>
        state.Sessions.Any(one => one.IdHash == idHash) ? state with { Sessions = [.. state.Sessions.Where(one => one.IdHash != idHash)] } : null;

    public static bool Has(AccountState state, string idHash, DateTimeOffset now) =>
        state.Account is not null && state.Sessions.Any(one => one.EndsAt > now && one.IdHash == idHash);
}
