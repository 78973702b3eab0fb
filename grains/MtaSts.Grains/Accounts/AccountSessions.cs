namespace MtaSts.Grains.Accounts;

/// <summary>Rules for the sessions of an account.</summary>
internal static class AccountSessions
{
    /// <summary>Adds a session. Removes expired sessions, and the oldest if there would be more than <see cref="AccountSession.Most"/>.</summary>
    public static AccountState Begin(AccountState state, AccountSession session, DateTimeOffset now) =>
        state with { Sessions = [.. state.Sessions.Where(one => one.EndsAt > now && one.IdHash != session.IdHash).TakeLast(AccountSession.Most - 1), session] };

    /// <summary>Removes a session; null when no session has that id.</summary>
    public static AccountState? End(AccountState state, string idHash) =>
        state.Sessions.Any(one => one.IdHash == idHash) ? state with { Sessions = [.. state.Sessions.Where(one => one.IdHash != idHash)] } : null;

    public static bool Has(AccountState state, string idHash, DateTimeOffset now) =>
        state.Account is not null && state.Sessions.Any(one => one.EndsAt > now && one.IdHash == idHash);
}
