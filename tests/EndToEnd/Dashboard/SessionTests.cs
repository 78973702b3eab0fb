using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>What ends a session ends it for everybody who has its cookie; strangers keep nobody from signing in.</summary>
public sealed class SessionTests
{
    private const string Changed = "another password of the test";

    [Fact]
    public async Task SignOut_ACopiedCookie_IsOfNoUseAtOnceAndAfterARestart()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        var elsewhere = await new DashboardVisitor(host).SignInAsync();
        var thief = new DashboardVisitor(host) { Cookies = new(owner.Cookies) };
        Assert.True(await thief.IsSignedInAsync());

        await owner.SignOutAsync();

        Assert.False(await new DashboardVisitor(host) { Cookies = new(thief.Cookies) }.IsSignedInAsync());
        using var circuit = await new DashboardVisitor(host) { Cookies = new(thief.Cookies) }.SendAsync(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        Assert.Equal(HttpStatusCode.Unauthorized, circuit.StatusCode);
        Assert.True(await elsewhere.IsSignedInAsync()); // A session of its own.

        await host.KillAsync();
        await host.StartAgainAsync();
        Assert.False(await thief.IsSignedInAsync());
        Assert.True(await elsewhere.IsSignedInAsync());
    }

    [Fact]
    public async Task ChangePassword_EveryOtherSession_Ends()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        var copy = new DashboardVisitor(host) { Cookies = new(owner.Cookies) };
        var elsewhere = await new DashboardVisitor(host).SignInAsync();

        var (_, text) = await owner.FillInAsync("/settings/password", null, ("_handler", "password"), ("Entry.Current", DashboardVisitor.Password), ("Entry.New", Changed));

        Assert.True(text.Contains("Password changed", StringComparison.Ordinal), text);
        Assert.True(await owner.IsSignedInAsync());
        Assert.False(await copy.IsSignedInAsync());
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.Contains("Wrong e-mail or password", (await new DashboardVisitor(host).TrySignInAsync()).Text, StringComparison.Ordinal);
        await new DashboardVisitor(host).SignInAsync(Changed);
    }

    [Fact]
    public async Task SignIn_WhileStrangersAreWrong_LetsTheOwnerInFromElsewhereAndFromAKnownBrowser()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:PublicUrl", DashboardVisitor.Public)));
        const string office = "203.0.113.7";
        var known = await new DashboardVisitor(host, office).SignInAsync();
        await known.SignOutAsync();
        Assert.True(known.Cookies.ContainsKey("mtasts-device"));

        // In the proxy's own header, and made up by the client before it.
        foreach (var stranger in new[] { office, "198.51.100.9", "198.51.100.10", "2001:db8:7:7::1", $"{office}, 198.51.100.11" })
        {
            for (var i = 0; i < 5; i++)
                await new DashboardVisitor(host, stranger).TrySignInAsync("wrong password");
            Assert.Contains("Too many wrong passwords", (await new DashboardVisitor(host, stranger).TrySignInAsync()).Text, StringComparison.Ordinal);
        }
        Assert.Contains("Too many wrong passwords", (await new DashboardVisitor(host, "2001:db8:7:7:ffff::2").TrySignInAsync()).Text, StringComparison.Ordinal);

        await new DashboardVisitor(host, "192.0.2.1").SignInAsync();
        await new DashboardVisitor(host, "2001:db8:7:8::1").SignInAsync();
        await known.SignInAsync(); // From the strangers' network.
        Assert.Contains("Too many wrong passwords", (await new DashboardVisitor(host, office).TrySignInAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_WhileOneNetworkSends120AtATime_LetsOthersIn()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Dashboard:PublicUrl", DashboardVisitor.Public)));
        using var end = new CancellationTokenSource();
        var flood = Enumerable.Range(0, 120).Select(i => FloodAsync(new DashboardVisitor(host, "198.51.100.9"), i, end.Token)).ToArray();
        try
        {
            for (var i = 0; i < 10; i++)
                await Poll.Until(() => IsLetInAsync(new DashboardVisitor(host, $"192.0.2.{i + 1}")), TimeSpan.FromMinutes(2), "the owner is signed in");
        }
        finally
        {
            await end.CancelAsync();
        }
        await Task.WhenAll(flood);
    }

    [Fact]
    public async Task ResetPassword_WithTheServiceStopped_LetsTheOwnerInWithTheNewOne()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        await host.StopAsync();

        var output = await RunAsync(host.WorkingDirectory, "reset-password", DashboardVisitor.Email);

        var password = output.Split("set to: ")[1].Split('\n')[0].Trim();
        await host.StartAgainAsync();
        Assert.False(await owner.IsSignedInAsync());
        await new DashboardVisitor(host).SignInAsync(password);
    }

    private static async Task<bool> IsLetInAsync(DashboardVisitor owner)
    {
        await owner.TrySignInAsync();
        return owner.Cookies.ContainsKey("mtasts-session");
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        await using var command = await ChildProcess.StartAsync("dotnet", [HostProcess.Program, .. arguments], folder);
        await command.WaitForExitAsync(TimeSpan.FromMinutes(2));
        await Poll.Until(() => command.Output.Contains("sessions", StringComparison.Ordinal), TimeSpan.FromMinutes(1), "its output has come: " + command.Output);
        return command.Output;
    }

    /// <summary>Wrong passwords for made-up accounts: each is a hash that would have to be computed.</summary>
    private static async Task FloodAsync(DashboardVisitor visitor, int number, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                await visitor.TrySignInAsync("wrong password", $"nobody{number}@example.com");
            }
            catch (Xunit.Sdk.XunitException)
            {
                // 429 instead of the page.
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }
}
