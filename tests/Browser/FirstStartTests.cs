using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

/// <summary>A service of one's own, empty: no demo.</summary>
public sealed class FirstStartTests(Demo demo)
{
    private const string Email = "owner@first.example";
    private const string Password = "a long enough password";
    private const string ApiToken = "first-start-api-token";

    [Fact]
    public async Task FirstStart_Empty_SaysWhatToDoFirstAndGrows()
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await HostProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bootstrap:Email"] = Email,
            ["Bootstrap:Password"] = Password,
            ["Bootstrap:ApiToken"] = ApiToken,
            ["Dns:Servers"] = "127.0.0.1:9", // Nobody answers: nothing leaves this machine.
        });
        await using var visit = await demo.StrangerAtAsync(host.DashboardUrl);
        await visit.SignInAsync(Email, Password);
        await visit.HeadingAsync("No domains yet");
        await Visit.Expect(visit.Page.Locator(".demo-banner")).ToHaveCountAsync(0);

        await AddDomains(host, 60);
        await visit.OpenAsync("/");
        await Visit.Expect(visit.Page.Locator("table.domains tbody tr")).ToHaveCountAsync(50);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("table.domains tbody tr")).ToHaveCountAsync(10);
        await Visit.Expect(visit.Page.Locator("table.domains tbody tr").Last).ToContainTextAsync("d59.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Previous" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("table.domains tbody tr").First).ToContainTextAsync("d00.example");

        await visit.Page.GetByLabel("Search domains").FillAsync("D4");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Visit.Expect(visit.Page.Locator("table.domains tbody tr").First).ToContainTextAsync("d40.example");

        await PlanFree(visit);
        await visit.OpenAsync("/domains/d00.example");
        await Visit.Expect(visit.Page.Locator(".hosting")).ToContainTextAsync("Hosting requires the Pro plan");
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch hosting on" })).ToHaveCountAsync(0);

        await PasswordChanged(visit);
        await LockedOut(host.DashboardUrl);
    }

    private static async Task PlanFree(Visit visit)
    {
        await visit.OpenAsync("/settings");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change to Free…" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Change to Free" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change to Pro" }).WaitForAsync();
    }

    private static async Task PasswordChanged(Visit visit)
    {
        await visit.Page.GotoAsync("/settings/password");
        await visit.Page.GetByLabel("Current password").FillAsync(Password);
        await visit.Page.GetByLabel("New password").FillAsync(Password + "!");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Password changed");
        await visit.OpenAsync("/settings"); // This session goes on.
    }

    /// <summary>After five wrong passwords even the right one is refused from there, unless the browser is known.</summary>
    private async Task LockedOut(Uri dashboard)
    {
        await using var visit = await demo.StrangerAtAsync(dashboard);
        await visit.SignInAsync(Email, Password + "!");
        await visit.HeadingAsync("Domains");
        await visit.Page.Context.ClearCookiesAsync();
        for (var i = 0; i < 5; i++)
            await visit.SignInAsync(Email, Password);
        await visit.SignInAsync(Email, Password + "!");
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many wrong passwords");
    }

    private static async Task AddDomains(HostProcess host, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.DashboardUrl, "/api/v1/domains")) { Content = JsonContent.Create(new { name = $"d{i:00}.example" }) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken);
            using var answer = await host.Client.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }
}
