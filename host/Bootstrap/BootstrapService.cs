using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MtaSts.Application;
using MtaSts.Grains;
using MtaSts.Storage;

namespace MtaSts.Host.Bootstrap;

/// <summary>
/// Creates the administrator, the workspace and the API token once in a store, and prints how to sign in. Every step is idempotent, so that a crash
/// in between, or two silos at once, leave one of each. The store is marked after the last step, so that deleted objects are not created again.
/// </summary>
internal sealed class BootstrapService(IGrainFactory grains, StoreMarks marks, IOptions<BootstrapOptions> options, StartBanner banner) : IHostedService
{
    /// <summary>The workspace created at the first start.</summary>
    public const string WorkspaceId = Actor.OperatorWorkspace;

    private const string PasswordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int PasswordLength = 16;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var isDone = await marks.IsSetAsync(StoreMarks.Bootstrap, cancellationToken);
        var workspace = grains.Workspace(WorkspaceId);
        if (await workspace.Get() is { Members: [var owner, ..] } && await Account(owner).Get() is not null)
        {
            banner.SignIn = $"sign in as {owner}";
            if (!isDone)
                await marks.SetAsync(StoreMarks.Bootstrap, cancellationToken);
            return;
        }
        if (isDone && !options.Value.Again)
        {
            banner.SignIn = "sign in with an account of this installation; the administrator of the first start was deleted (start with Bootstrap:Again=true to create one)";
            return;
        }
        var settings = options.Value;
        await workspace.Create(settings.Workspace, Plan.Pro, settings.Email);
        if (settings.ApiToken is { } token)
            await workspace.AddApiToken(ApiTokens.Hash(token), "bootstrap", "bootstrap");
        var password = settings.Password ?? RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);
        await CreateAdministrator(settings.Email, password);
        await marks.SetAsync(StoreMarks.Bootstrap, cancellationToken);
        banner.SignIn = settings.Password is null
            ? $"sign in as {settings.Email} with the password {password} (generated now, shown only once)"
            : $"sign in as {settings.Email} with the password in Bootstrap:Password";
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAdministrator(string email, string password)
    {
        var account = new AccountRecord
        {
            Id = "us-" + RandomNumberGenerator.GetHexString(24, lowercase: true),
            Email = email,
            SecurityStamp = RandomNumberGenerator.GetHexString(32, lowercase: true),
            Workspaces = [WorkspaceId],
            IsAdministrator = true,
        };
        account = account with { PasswordHash = new PasswordHasher<AccountRecord>().HashPassword(account, password) };
        await Account(email).Put(account); // False when another silo was faster: its account is kept.
    }

    private IAccountGrain Account(string email) => grains.Account(email);
}
