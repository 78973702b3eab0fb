using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Grains.Storage;
using MtaSts.Host.Clustering;
using MtaSts.Host.Settings;
using MtaSts.Storage;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>
/// <c>reset-password admin@example.com</c>: gives an account a new password from this machine, for a user who can read and write the store. It opens
/// only the store, and no port.
/// </summary>
internal static class PasswordReset
{
    private const string Command = "reset-password";
    private const string Usage = "Usage: reset-password <e-mail address> [settings, such as --Storage:ConnectionString=…]. The new password is the first line of standard input; without one, a password is generated and printed.";
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int MadeUpLength = 20;
    private const int StampLength = 32;

    /// <summary>Attempts to write, because a running service may change the account meanwhile.</summary>
    private const int Attempts = 5;

    public static bool IsAsked(string[] args) => args is [Command, ..];

    /// <returns>The process's exit code: 0 when the password was set, 1 when not, 2 when the command was not understood.</returns>
    public static async Task<int> RunAsync(string[] args, TextReader input, TextWriter output, TextWriter errors)
    {
        if (args is not [_, { } email, .. var settings] || !email.Contains('@', StringComparison.Ordinal) || email.StartsWith('-'))
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }
        if (ArgumentCheck.Problems(settings).ToArray() is { Length: > 0 } odd)
        {
            SettingsCheck.Tell(odd, errors);
            return 2;
        }
        var given = await GivenAsync(input);
        if (given is { Length: < PasswordRules.MinLength or > PasswordRules.MaxLength })
        {
            await errors.WriteLineAsync($"Password not changed: a password has {PasswordRules.MinLength} to {PasswordRules.MaxLength} characters, the one on standard input has {given.Length}.");
            return 1;
        }
        var password = given ?? RandomNumberGenerator.GetString(Alphabet, MadeUpLength);
        try
        {
            if (await SetAsync(settings, email, password) is { } problem)
            {
                await errors.WriteLineAsync($"Password not changed: {problem} (working directory, Storage__ConnectionString).");
                return 1;
            }
        }
        catch (Exception exception) when (exception is StoreException or OptionsValidationException or InvalidOperationException or IOException || exception.InnerException is StoreException)
        {
            await errors.WriteLineAsync($"Password not changed: {(exception.InnerException as StoreException ?? exception).Message} If the running service uses the store exclusively, stop it, run this command, and start it again.");
            return 1;
        }
        catch (SettingsException wrong)
        {
            SettingsCheck.Tell(wrong.Problems, errors);
            return 2;
        }
        await output.WriteLineAsync(given is null ? $"Password of {email} set to: {password}" : $"Password of {email} set.");
        await output.WriteLineAsync("Its sessions have ended; in a running service they end with the next sign-in to the account.");
        return 0;
    }

    private static async Task<string?> GivenAsync(TextReader input)
    {
        if (!Console.IsInputRedirected && ReferenceEquals(input, Console.In))
            return null;
        return await input.ReadLineAsync() is { Length: > 0 } line ? line.TrimEnd('\r') : null;
    }

    /// <returns>Null, or the error, to which the caller adds where the settings are. A store is never created: an empty one could be mistaken for the
    /// service's.</returns>
    private static async Task<string?> SetAsync(string[] settings, string email, string password)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(settings);
        SettingsCheck.StopUnknown(builder.Configuration);
        builder.Logging.ClearProviders(); // This command prints its own output.
        builder.AddStore();
        builder.UseOrleans(silo => silo.UseClustering(new ClusterSettings()).UseGrainStorage()); // No reminders: this command does none of the service's work.
        using var host = builder.Build();
        var store = host.Services.GetRequiredService<Store>();
        var absence = store.Absence;
        if (absence is null)
        {
            await store.PrepareAsync(CancellationToken.None);
            if (await store.IsEmptyAsync(CancellationToken.None))
                absence = "contains no data of the service";
        }
        if (absence is not null)
            return $"{store.Description} {absence}. Run the command with the settings of the service";
        await host.StartAsync();
        try
        {
            var grain = host.Services.GetRequiredService<IGrainFactory>().Account(email);
            for (var i = 0; i < Attempts; i++)
            {
                if (await grain.Read() is not { } account)
                    return $"there is no account {email} in {store.Description}. Check the address, and that the settings are those of the service";
                var changed = account with
                {
                    PasswordHash = new PasswordHasher<AccountRecord>().HashPassword(account, password),
                    SecurityStamp = RandomNumberGenerator.GetHexString(StampLength, lowercase: true), // Ends its sessions.
                };
                if (await grain.Put(changed))
                    return null;
            }
            throw new InvalidOperationException("the account was changed elsewhere at the same time. Run the command again.");
        }
        finally
        {
            await host.StopAsync();
        }
    }
}
