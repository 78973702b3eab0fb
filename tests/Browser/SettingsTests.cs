using Microsoft.Playwright;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

public sealed class SettingsTests(Demo demo)
{
    [Fact]
    public async Task Settings_NothingWrongWithTheClock_SaysNothingOfIt()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/settings");
        await Visit.Expect(visit.Page.Locator("#sources, [aria-labelledby=sources]").First).ToBeVisibleAsync();
        await Visit.Expect(visit.Page.Locator("#clock")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ApiToken_Made_IsShownOnceAndRevoked()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/settings");
        await visit.Page.GetByLabel("Name of a new token").FillAsync("robot <i>");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        var secret = await visit.Page.Locator("#secret").InnerTextAsync();
        Assert.StartsWith("mts_", secret, StringComparison.Ordinal);
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Copy the token" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#copy-status")).ToHaveTextAsync("Copied to the clipboard");
        Assert.Equal(secret, await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "I have copied it" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#secret")).ToHaveCountAsync(0);

        var row = visit.Page.Locator("#api-tokens tbody tr", new() { HasText = "robot <i>" });
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Visit.Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Password_WrongCurrentOne_IsNotChanged()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.Page.GotoAsync("/settings/password");
        await visit.Page.GetByLabel("Current password").FillAsync("look-elsewhere");
        await visit.Page.GetByLabel("New password").FillAsync("another-password");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The current password is wrong");
    }

    /// <summary>At a service of one's own: the demo's workspace is everybody's.</summary>
    [Fact]
    public async Task Workspace_Deleted_AsksForItsNameAndEndsTheSession()
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await HostProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bootstrap:Email"] = "owner@leaving.example",
            ["Bootstrap:Password"] = "a long enough password",
            ["Bootstrap:Workspace"] = "Leaving Ltd.",
            ["Dns:Servers"] = "127.0.0.1:9", // Nobody answers: nothing leaves this machine.
        });
        await using var visit = await demo.StrangerAtAsync(host.DashboardUrl);
        visit.ExpectFaults("401"); // The session ends with the workspace, and the page's connection is refused from then on.
        await visit.SignInAsync("owner@leaving.example", "a long enough password");
        await visit.OpenAsync("/settings");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete workspace…" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete permanently" });
        await Visit.Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("leaving ltd.");
        await Visit.Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("Leaving Ltd.");
        await delete.ClickAsync();

        // The page says that the workspace is deleted until the session ends, and leads to the sign-in by itself.
        await visit.Page.WaitForURLAsync("**/sign-in*");
        await visit.Page.GetByLabel("E-mail address").FillAsync("owner@leaving.example");
        await visit.Page.GetByLabel("Password").FillAsync("a long enough password");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Spool_ForTheAdministrator_SaysWhatWaitsAndWhere(int width)
    {
        await using var visit = await demo.OwnerAsync(width);
        await visit.OpenAsync("/settings");

        var panel = visit.Page.Locator("section[aria-labelledby=spool]");

        await Visit.Expect(panel.Locator(".chip")).ToHaveTextAsync("Empty");
        await Visit.Expect(panel.Locator("code")).ToContainTextAsync("spool");
        Assert.False(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"));
    }
}
