namespace MtaSts.Grains;

/// <summary>What a workspace may do.</summary>
[GenerateSerializer, Alias("MtaSts.Plan")]
public enum Plan
{
    /// <summary>Monitoring.</summary>
    Free,

    /// <summary>Monitoring and hosting.</summary>
    Pro,
}

[GenerateSerializer, Immutable, Alias("MtaSts.WorkspaceView")]
public sealed record WorkspaceView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] Plan Plan,
    [property: Id(3)] IReadOnlyList<string> Members,
    [property: Id(4)] IReadOnlyList<ApiTokenView> ApiTokens)
{
    /// <summary>Whether reports without a verified signature of their submitter are counted.</summary>
    [Id(40)] public bool CountsUnauthenticated { get; init; } = true;

    /// <summary>Set while the workspace is being deleted: hosted domains retire first.</summary>
    [Id(41)] public WorkspaceDeletion? Deletion { get; init; }
}

/// <summary>A running deletion.</summary>
/// <param name="At">When it was requested.</param>
/// <param name="By">Who requested it.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.WorkspaceDeletion")]
public sealed record WorkspaceDeletion([property: Id(0)] DateTimeOffset At, [property: Id(1)] string By);

/// <summary>An API token for display: never the token itself, of which only the hash is stored.</summary>
/// <param name="Id">The first 12 characters of the hash; identifies the token in lists and for revocation.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ApiTokenView")]
public sealed record ApiTokenView([property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] DateTimeOffset CreatedAt, [property: Id(3)] string CreatedBy);

/// <summary>A new API token, shown only once.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.NewApiToken")]
public sealed record NewApiToken([property: Id(0)] string Secret, [property: Id(1)] ApiTokenView Token);

/// <summary>A page of a list.</summary>
/// <param name="Next">Pass it to get the next page; null at the end.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Page`1")]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Items, [property: Id(1)] string? Next);

/// <summary>A tenant. Key: <c>ws-…</c>.</summary>
[Alias("MtaSts.IWorkspaceGrain")]
public interface IWorkspaceGrain : IGrainWithStringKey
{
    /// <summary>Maximum number of claims of a workspace.</summary>
    const int MaxClaims = 10_000;

    /// <summary>Maximum number of items of a page.</summary>
    const int MaxPage = 200;

    /// <summary>Null: no such workspace.</summary>
    [Alias("Get"), Orleans.Concurrency.AlwaysInterleave]
    Task<WorkspaceView?> Get();

    /// <summary>Creates it; an existing one is unchanged.</summary>
    [Alias("Create")]
    Task Create(string name, Plan plan, string owner);

    /// <summary>Changes the plan. Losing the right to hosting retires every hosted domain.</summary>
    [Alias("SetPlan")]
    Task SetPlan(Plan plan, string by);

    /// <summary>Claims a domain given as user input; returns an existing claim.</summary>
    [Alias("ClaimDomain")]
    Task<CommandResult<DomainView>> ClaimDomain(string name, string by);

    /// <summary>Removes a claim (see <see cref="IDomainGrain.RemoveClaim"/>).</summary>
    [Alias("RemoveDomain")]
    Task<CommandResult> RemoveDomain(string name, string by);

    /// <summary>Called by the effect grain when the domain grain has removed the claim.</summary>
    [Alias("ForgetClaim")]
    Task ForgetClaim(string domain);

    /// <summary>The claimed domains by name.</summary>
    /// <param name="after">Names after this one; null for the first page.</param>
    /// <param name="limit">1 … <see cref="MaxPage"/>.</param>
    [Alias("ListDomains"), Orleans.Concurrency.AlwaysInterleave]
    Task<Page<string>> ListDomains(string? after, int limit);

    /// <summary>True when the workspace has a claim on the domain (normalised name).</summary>
    [Alias("HasClaim"), Orleans.Concurrency.AlwaysInterleave]
    Task<bool> HasClaim(string domain);

    /// <summary>Which of the names (normalised) the workspace has a claim on.</summary>
    [Alias("ClaimedAmong"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<string>> ClaimedAmong(IReadOnlyList<string> names);

    /// <summary>Checks the plan, then <see cref="IDomainGrain.EnableHosting"/>.</summary>
    [Alias("EnableHosting")]
    Task<CommandResult> EnableHosting(string domain, string by, bool isOverridden = false);

    /// <summary>
    /// Whether reports that are not signed by their submitter are counted (marked) or quarantined. Applies to reports received from now on;
    /// the workspace's own uploads always count.
    /// </summary>
    [Alias("SetCountsUnauthenticated")]
    Task<CommandResult> SetCountsUnauthenticated(bool counts, string by);

    /// <summary>See <see cref="SetCountsUnauthenticated"/>; called for each report.</summary>
    [Alias("CountsUnauthenticated"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<bool> CountsUnauthenticated();

    [Alias("CreateApiToken")]
    Task<CommandResult<NewApiToken>> CreateApiToken(string name, string by);

    /// <summary>Registers a token chosen by the operator (Bootstrap:ApiToken), given by its hash.</summary>
    [Alias("AddApiToken")]
    Task AddApiToken(string tokenHash, string name, string by);

    [Alias("RevokeApiToken")]
    Task<CommandResult> RevokeApiToken(string id, string by);

    /// <summary>
    /// Deletes the workspace with all its data: API tokens immediately, then each domain with its reports and alerts (a hosted one after its retirement),
    /// the quarantine, its members' accounts without another workspace, and finally itself. Continues automatically after crashes. May be repeated.
    /// </summary>
    [Alias("Delete")]
    Task<CommandResult> Delete(string by);

    /// <summary>Cancels a running deletion. Deleted domains are not restored; a domain that is still retiring can be kept by claiming it again.</summary>
    [Alias("Keep")]
    Task<CommandResult> Keep(string by);
}
