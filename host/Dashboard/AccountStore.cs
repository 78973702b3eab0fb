using Microsoft.AspNetCore.Identity;
using MtaSts.Grains;

namespace MtaSts.Host.Dashboard;

/// <summary>User store of ASP.NET Core Identity, backed by account grains.</summary>
internal sealed class AccountStore(IGrainFactory grains) : IUserPasswordStore<AccountUser>, IUserEmailStore<AccountUser>, IUserSecurityStampStore<AccountUser>
{
    /// <summary>Longest address that is looked up (RFC 5321 §4.5.3.1). Bounds the storage key.</summary>
    public const int MaxEmail = 254;

    public async Task<AccountUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) => await grains.Account(userId).Get() is { } record ? new AccountUser(record) : null;

    public Task<AccountUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByEmailAsync(normalizedUserName, cancellationToken);

    /// <summary>First step of a sign-in: reads from storage, where a password may have been reset.</summary>
    public async Task<AccountUser?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        normalizedEmail.Length <= MaxEmail && await grains.Account(normalizedEmail).Read() is { } record ? new AccountUser(record) : null;

    public Task<IdentityResult> CreateAsync(AccountUser user, CancellationToken cancellationToken) => Put(user);

    public Task<IdentityResult> UpdateAsync(AccountUser user, CancellationToken cancellationToken) => Put(user);

    public async Task<IdentityResult> DeleteAsync(AccountUser user, CancellationToken cancellationToken)
    {
        await grains.Account(user.Id).Delete();
        return IdentityResult.Success;
    }

    public Task<string> GetUserIdAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Record.Email);

    public Task SetUserNameAsync(AccountUser user, string? userName, CancellationToken cancellationToken) => SetEmailAsync(user, userName, cancellationToken);

    public Task<string?> GetNormalizedUserNameAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    public Task SetNormalizedUserNameAsync(AccountUser user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask; // Derived from the address.

    public Task<string?> GetEmailAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Record.Email);

    public Task SetEmailAsync(AccountUser user, string? email, CancellationToken cancellationToken) =>
        string.Equals(email, user.Record.Email, StringComparison.Ordinal)
            ? Task.CompletedTask
            : throw new NotSupportedException("An account's address is its key. Create a new account.");

    public Task<bool> GetEmailConfirmedAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task SetEmailConfirmedAsync(AccountUser user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetNormalizedEmailAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id);

    public Task SetNormalizedEmailAsync(AccountUser user, string? normalizedEmail, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetPasswordHashAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Record.PasswordHash);

    public Task<bool> HasPasswordAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Record.PasswordHash is not null);

    public Task SetPasswordHashAsync(AccountUser user, string? passwordHash, CancellationToken cancellationToken) =>
        Change(user, user.Record with { PasswordHash = passwordHash });

    public Task<string?> GetSecurityStampAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Record.SecurityStamp);

    public Task SetSecurityStampAsync(AccountUser user, string stamp, CancellationToken cancellationToken) => Change(user, user.Record with { SecurityStamp = stamp });

    public void Dispose()
    {
        // Nothing to dispose: Identity's interface requires the method.
    }

    private static Task Change(AccountUser user, AccountRecord record)
    {
        user.Record = record;
        return Task.CompletedTask;
    }

    private async Task<IdentityResult> Put(AccountUser user)
    {
        if (!await grains.Account(user.Id).Put(user.Record))
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        user.Record = user.Record with { Revision = user.Record.Revision + 1 };
        return IdentityResult.Success;
    }
}
