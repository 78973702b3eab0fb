using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains;
using MtaSts.Host.Dashboard.SignIn;
using MtaSts.Host.Tests.Storage;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

public sealed class PasswordResetTests
{
    private const string Email = "admin@example.com";

    [Theory]
    [InlineData("a new long password\n", "a new long password")]
    [InlineData("", null)]
    [InlineData("\n", null)]
    public async Task Run_WithTheServiceStopped_SetsThePasswordAndEndsSessions(string input, string? password)
    {
        await using var store = TempStore.Sqlite();
        await InSiloAsync(store, async account =>
        {
            await account.Put(new AccountRecord { Id = "us-1", Email = Email, PasswordHash = "old", SecurityStamp = "old", Workspaces = ["ws-main"], IsAdministrator = true });
            await account.BeginSession(new AccountSession("hash", DateTimeOffset.MaxValue));
        });

        var (code, output, _) = await RunAsync(store, input, "Admin@Example.com");

        Assert.Equal(0, code);
        if (password is null)
            password = output.Split("set to: ")[1].Split('\n')[0].Trim();
        else
            Assert.DoesNotContain(password, output, StringComparison.Ordinal);
        await InSiloAsync(store, async account =>
        {
            var record = (await account.Get())!;
            Assert.Equal(PasswordVerificationResult.Success, new PasswordHasher<AccountRecord>().VerifyHashedPassword(record, record.PasswordHash!, password));
            Assert.True(record.IsAdministrator);
            Assert.False(await account.HasSession("hash"));
        });
    }

    [Theory]
    [InlineData(1, "there is no account", "nobody@example.com")]
    [InlineData(1, "8 to 256 characters", Email, "short\n")]
    [InlineData(2, "Usage:", "admin")]
    [InlineData(2, "Usage:", "--Storage:Provider=Sqlite")]
    public async Task Run_ThatCannotBeDone_SaysWhy(int expected, string text, string email, string input = "a new long password\n")
    {
        await using var store = TempStore.Sqlite();
        await InSiloAsync(store, account => account.Put(new AccountRecord { Id = "us-1", Email = Email, PasswordHash = "old", SecurityStamp = "old" }));

        var (code, output, errors) = await RunAsync(store, input, email);

        Assert.Equal((expected, ""), (code, output));
        Assert.Contains(text, errors, StringComparison.Ordinal);
        await InSiloAsync(store, async account => Assert.Equal("old", (await account.Get())!.PasswordHash));
    }

    /// <summary>In a wrong folder, or with a wrong name: the service's next start there would find the new store.</summary>
    [Theory]
    [InlineData(false, "does not exist. Run the command with the settings of the service")]
    [InlineData(true, "is a file of 0 bytes. Run")]
    public async Task Run_WithoutAStore_MakesNone(bool isEmpty, string text)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder["data"], "mtasts.db");
        if (isEmpty)
        {
            Directory.CreateDirectory(folder["data"]);
            await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        }
        using var errors = new StringWriter();
        using var input = new StringReader("a new long password\n");

        var code = await PasswordReset.RunAsync(["reset-password", Email, $"--Storage:ConnectionString=Data Source={file}"], input, TextWriter.Null, errors);

        Assert.Equal(1, code);
        Assert.Contains($"SQLite file {file} {text}", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(isEmpty ? [file] : [], Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Run_OnAnEmptyDatabase_LeavesItEmpty()
    {
        await using var store = TempStore.Sqlite();
        await using (var empty = SqliteStoreTests.New(store.ConnectionString))
            await empty.PrepareAsync(TestContext.Current.CancellationToken);

        var (code, _, errors) = await RunAsync(store, "", Email);

        Assert.Equal(1, code);
        Assert.Contains("contains no data of the service", errors, StringComparison.Ordinal);
        await using var after = SqliteStoreTests.New(store.ConnectionString);
        await after.PrepareAsync(TestContext.Current.CancellationToken);
        Assert.True(await after.IsEmptyAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(TempStore store, string input, string email)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        using var reader = new StringReader(input);
        string[] args = ["reset-password", email, .. store.Settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        var code = await PasswordReset.RunAsync(args, reader, output, errors);
        return (code, output.ToString(), errors.ToString());
    }

    private static async Task InSiloAsync(TempStore store, Func<IAccountGrain, Task> work)
    {
        using var host = StoreHost.Silo(store);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await work(host.Services.GetRequiredService<IGrainFactory>().Account(Email));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
