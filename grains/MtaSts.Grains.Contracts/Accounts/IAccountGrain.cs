namespace MtaSts.Grains;

/// <summary>A user as ASP.NET Core Identity's stores need it.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.AccountRecord")]
public sealed record AccountRecord
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Email { get; init; }
    [Id(2)] public string? PasswordHash { get; init; }
    [Id(3)] public required string SecurityStamp { get; init; }
    [Id(4)] public int AccessFailedCount { get; init; }
    [Id(5)] public DateTimeOffset? LockoutEnd { get; init; }

    /// <summary>Workspaces this user is a member of.</summary>
    [Id(6)] public IReadOnlyList<string> Workspaces { get; init; } = [];
    [Id(7)] public bool IsAdministrator { get; init; }

    /// <summary>Grows with each write; a write with an older stamp is refused.</summary>
    [Id(8)] public int Revision { get; init; }
}

/// <summary>A user. Key: <c>ac-</c> and the normalised e-mail address.</summary>
[Alias("MtaSts.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<AccountRecord?> Get();

    /// <summary>Stores it; false when it was changed meanwhile, or exists though <see cref="AccountRecord.Revision"/> is 0.</summary>
    [Alias("Put")]
    Task<bool> Put(AccountRecord account);

    [Alias("Delete")]
    Task Delete();

    /// <summary>The workspace is no more. Ends the account's sessions, and the account itself when it has no other workspace. May be repeated.</summary>
    [Alias("Leave")]
    Task Leave(string workspaceId);
}

/// <summary>Leads from the hash of an API token to its workspace. Key: <c>at-</c> and the SHA-256 in hexadecimal.</summary>
[Alias("MtaSts.IApiTokenGrain")]
public interface IApiTokenGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(string workspaceId, string name);

    [Alias("Clear")]
    Task Clear();

    /// <summary>Null: no such token.</summary>
    [Alias("Get"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<ApiTokenOwner?> Get();
}

/// <summary>Whom an API token speaks for.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ApiTokenOwner")]
public sealed record ApiTokenOwner([property: Id(0)] string WorkspaceId, [property: Id(1)] string Name);
