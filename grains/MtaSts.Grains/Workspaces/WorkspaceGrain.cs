using Microsoft.Extensions.Logging;
using MtaSts.Protocol;

namespace MtaSts.Grains.Workspaces;

[GrainType("workspace")]
internal sealed partial class WorkspaceGrain(
    [PersistentState(StateNames.Workspace, StateNames.Storage)] IPersistentState<WorkspaceState> stored,
    TimeProvider clock,
    ILogger<WorkspaceGrain> logger) : Grain, IWorkspaceGrain, IRemindable
{
    private const int MaxTokens = 100;
    private const int TokenIdLength = 12;
    private const int MaxTokenName = 100;

    private string Id => this.GetPrimaryKeyString();

    private WorkspaceState State => stored.State;

    public Task<WorkspaceView?> Get() => Task.FromResult(
        stored.RecordExists ? new WorkspaceView(Id, State.Name, State.Plan, State.Members, [.. State.Tokens.Select(View)])
        {
            CountsUnauthenticated = !State.KeepsOutUnauthenticated,
            Deletion = State.Deletion is { } deletion ? new WorkspaceDeletion(deletion.At, deletion.By) : null,
        } : null);

    public async Task Create(string name, Plan plan, string owner)
    {
        if (!stored.RecordExists)
            await Store(State with { Name = name, Plan = plan, Members = [owner] });
    }

    public async Task<CommandResult<DomainView>> ClaimDomain(string name, string by)
    {
        if (!stored.RecordExists)
            return Refuse<DomainView>(RefusalCodes.NotFound, "This workspace does not exist.");
        if (State.Deletion is not null)
            return new CommandResult<DomainView>(null, BeingDeleted);
        if (!DomainName.TryParse(name, out var domain, out var problem))
            return Refuse<DomainView>(RefusalCodes.Invalid, problem, "name");
        if (!State.Domains.Contains(domain.Value) && State.Domains.Count >= IWorkspaceGrain.MaxClaims)
            return Refuse<DomainView>(RefusalCodes.LimitReached, $"A workspace has at most {IWorkspaceGrain.MaxClaims} domains. Remove one first.");
        // Write the list first: a listed claim that does not exist is created by the next call; in the reverse order an unlisted claim would be lost.
        if (!State.Domains.Contains(domain.Value))
            await Store(State with { Domains = State.Domains.Add(domain.Value) });
        return await GrainFactory.Domain(domain.Value).AddClaim(Id, by);
    }

    public async Task<CommandResult> RemoveDomain(string name, string by)
    {
        if (!State.Domains.Contains(name))
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace has no claim on the domain.");
        var result = await GrainFactory.Domain(name).RemoveClaim(Id, by);
        if (result.Refusal?.Code == RefusalCodes.NotFound)
        {
            await ForgetClaim(name);
            return CommandResult.Done;
        }
        return result;
    }

    public async Task ForgetClaim(string domain)
    {
        if (!State.Domains.Contains(domain))
            return;
        await Store(State with { Domains = State.Domains.Remove(domain) });
        if (State is { Deletion: not null, Domains.IsEmpty: true })
            ContinueSoon();
    }

    public Task<Page<string>> ListDomains(string? after, int limit)
    {
        limit = Math.Clamp(limit, 1, IWorkspaceGrain.MaxPage);
        var start = 0;
        if (after is not null)
        {
            var index = State.Domains.IndexOf(after);
            start = index >= 0 ? index + 1 : ~index;
        }
        var items = new List<string>(limit);
        for (var i = start; i < State.Domains.Count && items.Count < limit; i++)
            items.Add(State.Domains[i]);
        return Task.FromResult(new Page<string>(items, start + items.Count < State.Domains.Count ? items[^1] : null));
    }

    public Task<IReadOnlyList<string>> ClaimedAmong(IReadOnlyList<string> names) => Task.FromResult<IReadOnlyList<string>>([.. names.Where(State.Domains.Contains)]);

    public Task<bool> HasClaim(string domain) => Task.FromResult(State.Domains.Contains(domain));

    public async Task<CommandResult> EnableHosting(string domain, string by, bool isOverridden)
    {
        if (!State.Domains.Contains(domain))
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace has no claim on the domain. Add the domain first.");
        if (State.Deletion is not null)
            return new CommandResult(BeingDeleted);
        return State.Plan == Plan.Pro
            ? await GrainFactory.Domain(domain).EnableHosting(Id, by, isOverridden)
            : CommandResult.Refused(RefusalCodes.PlanRequired, "Hosting is part of the Pro plan; monitoring is free.");
    }

    public async Task<CommandResult> SetCountsUnauthenticated(bool counts, string by)
    {
        if (!stored.RecordExists)
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace does not exist.");
        if (State.KeepsOutUnauthenticated == counts)
            await Store(State with { KeepsOutUnauthenticated = !counts });
        return CommandResult.Done;
    }

    public ValueTask<bool> CountsUnauthenticated() => ValueTask.FromResult(!State.KeepsOutUnauthenticated);

    public async Task<CommandResult<NewApiToken>> CreateApiToken(string name, string by)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxTokenName)
            return Refuse<NewApiToken>(RefusalCodes.Invalid, $"Give the token a name of 1 to {MaxTokenName} characters.", "name");
        if (!stored.RecordExists || State.Deletion is not null)
            return new CommandResult<NewApiToken>(null, BeingDeleted);
        if (State.Tokens.Length >= MaxTokens)
            return Refuse<NewApiToken>(RefusalCodes.LimitReached, $"A workspace has at most {MaxTokens} API tokens. Revoke one first.");
        var secret = ApiTokens.New();
        await AddApiToken(ApiTokens.Hash(secret), name.Trim(), by);
        return new CommandResult<NewApiToken>(new NewApiToken(secret, View(State.Tokens[^1])), null);
    }

    public async Task AddApiToken(string tokenHash, string name, string by)
    {
        if (State.Tokens.Any(t => t.Hash == tokenHash))
            return;
        await Store(State with { Tokens = State.Tokens.Add(new StoredApiToken { Hash = tokenHash, Name = name, CreatedAt = clock.GetUtcNow(), CreatedBy = by }) });
        await GrainFactory.ApiToken(tokenHash).Set(Id, name);
    }

    public async Task<CommandResult> RevokeApiToken(string id, string by)
    {
        if (State.Tokens.FirstOrDefault(t => View(t).Id == id) is not { } token)
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace has no such token. Reload the list of tokens.");
        await GrainFactory.ApiToken(token.Hash).Clear(); // Revokes the token first, then removes it from the state.
        await Store(State with { Tokens = State.Tokens.Remove(token) });
        return CommandResult.Done;
    }

    private Task Store(WorkspaceState next) => stored.Replace(next, DeactivateOnIdle);

    private static ApiTokenView View(StoredApiToken token) => new(token.Hash[..TokenIdLength], token.Name, token.CreatedAt, token.CreatedBy);

    private static CommandResult<T> Refuse<T>(string code, string message, string? field = null) where T : class => new(null, new Refusal(code, message, field));
}
