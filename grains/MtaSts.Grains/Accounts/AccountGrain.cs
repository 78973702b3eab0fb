using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Accounts;

internal sealed record AccountState
{
    [JsonPropertyName("account")] public AccountRecord? Account { get; init; }
}

internal sealed class AccountGrain([PersistentState(StateNames.Account, StateNames.Storage)] IPersistentState<AccountState> stored) : Grain, IAccountGrain
{
    private const int StampLength = 32;

    public Task<AccountRecord?> Get()
    {
        if (stored.State.Account is null)
            DeactivateOnIdle(); // A guessed address: nothing to keep in memory.
        return Task.FromResult(stored.State.Account);
    }

    public async Task<bool> Put(AccountRecord account)
    {
        ArgumentNullException.ThrowIfNull(account);
        if ((stored.State.Account?.Revision ?? 0) != account.Revision)
            return false;
        await stored.Replace(new AccountState { Account = account with { Revision = account.Revision + 1 } }, DeactivateOnIdle);
        return true;
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
