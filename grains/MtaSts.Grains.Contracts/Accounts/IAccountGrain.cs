using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>A user for the stores of ASP.NET Core Identity.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.AccountRecord")]
public sealed record AccountRecord
{
    [Id(0), JsonPropertyName("id")] public required string Id { get; init; }
    [Id(1), JsonPropertyName("email")] public required string Email { get; init; }
    [Id(2), JsonPropertyName("passwordHash")] public string? PasswordHash { get; init; }
    [Id(3), JsonPropertyName("securityStamp")] public required string SecurityStamp { get; init; }

    /// <summary>Workspaces of which this user is a member.</summary>
    [Id(4), JsonPropertyName("workspaces")] public IReadOnlyList<string> Workspaces { get; init; } = [];
    [Id(5), JsonPropertyName("isAdministrator")] public bool IsAdministrator { get; init; }

    /// <summary>Increases with each write; a write with an older value is refused.</summary>
    [Id(6), JsonPropertyName("revision")] public int Revision { get; init; }
}

/// <summary>A session of an account: starts with a sign-in, ends with a sign-out, a new password or by age.</summary>
/// <param name="IdHash">SHA-256 of the id in the cookie, so that stored data does not reveal the id.</param>
/// <param name="EndsAt">End of the session, even if it is in use.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AccountSession")]
public sealed record AccountSession([property: Id(0), JsonPropertyName("idHash")] string IdHash, [property: Id(1), JsonPropertyName("endsAt")] DateTimeOffset EndsAt)
{
    /// <summary>Sessions of one account; beyond this number the oldest ends. Far more than the browsers of one person.</summary>
    public const int Most = 32;
}

/// <summary>A user. Key: <c>ac-</c> and the normalised e-mail address.</summary>
[Alias("MtaSts.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<AccountRecord?> Get();

    /// <summary>As <see cref="Get"/>, read from storage: the command that resets a password writes there while this grain may be in memory.</summary>
    [Alias("Read")]
    Task<AccountRecord?> Read();

    /// <summary>
    /// Stores it; false when it was changed meanwhile, or exists although <see cref="AccountRecord.Revision"/> is 0. A new
    /// <see cref="AccountRecord.SecurityStamp"/> ends all sessions.
    /// </summary>
    [Alias("Put")]
    Task<bool> Put(AccountRecord account);

    /// <summary>Adds a session; false when there is no such account.</summary>
    [Alias("BeginSession")]
    Task<bool> BeginSession(AccountSession session);

    /// <summary>Ends a session immediately, on all silos. May be repeated.</summary>
    [Alias("EndSession")]
    Task EndSession(string idHash);

    /// <summary>Whether the session is still valid. Called for each request, so it does not wait for writes.</summary>
    [Alias("HasSession"), Orleans.Concurrency.AlwaysInterleave]
    ValueTask<bool> HasSession(string idHash);

    [Alias("Delete")]
    Task Delete();

    /// <summary>The workspace was deleted. Ends the account's sessions, and the account itself when it has no other workspace. May be repeated.</summary>
    [Alias("Leave")]
    Task Leave(string workspaceId);
}

/// <summary>Maps the hash of an API token to its workspace. Key: <c>at-</c> and the SHA-256 in hexadecimal.</summary>
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

/// <summary>The owner of an API token.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ApiTokenOwner")]
public sealed record ApiTokenOwner([property: Id(0)] string WorkspaceId, [property: Id(1)] string Name);
