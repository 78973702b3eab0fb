using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Accounts;

internal sealed record AccountState
{
    [JsonPropertyName("account")] public AccountRecord? Account { get; init; }

    /// <summary>Oldest first.</summary>
    [JsonPropertyName("sessions")] public IReadOnlyList<AccountSession> Sessions { get; init; } = [];
}

[GrainType("account")]
internal sealed class AccountGrain([PersistentState(StateNames.Account, StateNames.Storage)] IPersistentState<AccountState> stored, TimeProvider clock) : Grain, IAccountGrain
{
    private const int StampLength = 32;

    public Task<AccountRecord?> Get()
    {
        if (stored.State.Account is null)
            DeactivateOnIdle(); // Unknown address: nothing to keep in memory.
        return Task.FromResult(stored.State.Account);
    }

    public async Task<AccountRecord?> Read()
    {
        await stored.ReadStateAsync();
        return await Get();
    }

    public async Task<bool> Put(AccountRecord account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var before = stored.State.Account;
        if ((before?.Revision ?? 0) != account.Revision)
            return false;
        await stored.Replace(new AccountState
        {
            Account = account with { Revision = account.Revision + 1 },
            Sessions = before?.SecurityStamp == account.SecurityStamp ? stored.State.Sessions : [],
        }, DeactivateOnIdle);
        return true;
    }

    public async Task<bool> BeginSession(AccountSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (stored.State.Account is null)
            return false;
        await stored.Replace(AccountSessions.Begin(stored.State, session, clock.GetUtcNow()), DeactivateOnIdle);
        return true;
    }

    public async Task EndSession(string idHash)
    {
        if (AccountSessions.End(stored.State, idHash) is { } next)
            await stored.Replace(next, DeactivateOnIdle);
    }

    public ValueTask<bool> HasSession(string idHash)
    {
        if (stored.State.Account is null)
            DeactivateOnIdle();
        return new(AccountSessions.Has(stored.State, idHash, clock.GetUtcNow()));
    }

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public async Task Leave(string workspaceId)
    {
        if (stored.State.Account is not { } account || !account.Workspaces.Contains(workspaceId))
            return;
        string[] left = [.. account.Workspaces.Where(workspace => workspace != workspaceId)];
        if (left.Length == 0)
            await Delete();
        else
            await Put(account with { Workspaces = left, SecurityStamp = RandomNumberGenerator.GetHexString(StampLength, lowercase: true) });
    }
}
