using Microsoft.Playwright;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

/// <summary>The page of channels, at a service of its own: the demo's workspace is everybody's.</summary>
public sealed class NotificationTests(Demo demo)
{
    private const string Email = "owner@notify.example";
    private const string Password = "a long enough password";

    /// <summary>Pictures are stored in this folder, if it is set.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("MTASTS_PICTURES");

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Channel_Created_IsTestedShownWithTheAnswerAndDeleted(int width)
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await HostProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bootstrap:Email"] = Email,
            ["Bootstrap:Password"] = Password,
            ["Modules:notice_webhook:AllowHttp"] = "true",
            ["Modules:notice_webhook:AllowPrivateAddresses"] = "true",
        });
        await using var window = await demo.StrangerAtAsync(host.DashboardUrl, width);
        var page = window.Page;
        await window.SignInAsync(Email, Password);
        await window.OpenAsync("/notifications");
        await Visit.Expect(page.Locator("main")).ToContainTextAsync("No channel");
        await page.GetByRole(AriaRole.Link, new() { Name = "Add channel" }).ClickAsync();
        await window.HeadingAsync("New channel");
        await page.GetByLabel("Kind").SelectOptionAsync("notice.webhook");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create channel" }).ClickAsync();
        await Visit.Expect(page.Locator("#name-problem")).ToContainTextAsync("Give the channel a name");
        await page.GetByLabel("Name").FillAsync("On call <b>");
        await page.Locator("#setting-url").FillAsync($"http://127.0.0.1:{FreePort.Next()}/hook");
        await page.Locator("#setting-secret").FillAsync("whsec_" + Convert.ToBase64String(new byte[32]));
        await page.GetByText("Quiet hours:").ClickAsync();
        await page.Locator("#zone").FillAsync("Europe/Berlin");
        await PictureAsync(page, $"channel-{width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create channel" }).ClickAsync();

        await window.HeadingAsync("Notifications");
        var card = page.Locator("[data-channel]");
        await Visit.Expect(card).ToContainTextAsync("only critical ones from 22:00 to 07:00 (Europe/Berlin)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test On call" }).ClickAsync();
        await Visit.Expect(page.Locator("#message")).ToContainTextAsync("Cannot connect to 127.0.0.1");
        await Visit.Expect(page.Locator("#notices")).ToContainTextAsync("Test notice");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await PictureAsync(page, $"notifications-{width}");

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit On call" }).ClickAsync();
        await window.HeadingAsync("Channel");
        await Visit.Expect(page.Locator("#setting-secret")).ToHaveValueAsync("");
        await Visit.Expect(page.Locator("#setting-secret")).ToHaveAttributeAsync("placeholder", "unchanged; required if another setting is changed");
        await page.GetByText("Send notices to this channel").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save channel" }).ClickAsync();
        await Visit.Expect(page.Locator("[data-channel] .chip")).ToHaveTextAsync("off");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete On call" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Visit.Expect(page.Locator("main")).ToContainTextAsync("No channel");
    }

    /// <summary>Nothing is sent to an address before its reader confirms, and the page says what to do without a public URL.</summary>
    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task MailChannel_Created_WaitsForTheConfirmation(int width)
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await HostProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bootstrap:Email"] = Email,
            ["Bootstrap:Password"] = Password,
            ["Modules:notice_mail:Host"] = "127.0.0.1",
            ["Modules:notice_mail:Port"] = FreePort.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["Modules:notice_mail:Tls"] = "None",
            ["Modules:notice_mail:From"] = "alerts@service.test",
        });
        await using var window = await demo.StrangerAtAsync(host.DashboardUrl, width);
        var page = window.Page;
        await window.SignInAsync(Email, Password);
        await window.OpenAsync("/notifications/new");
        await page.GetByLabel("Kind").SelectOptionAsync("notice.mail");
        await page.GetByLabel("Name").FillAsync("Mail");
        await page.Locator("#setting-address").FillAsync("owner@elsewhere.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create channel" }).ClickAsync();
        await window.HeadingAsync("Notifications");
        await Visit.Expect(page.Locator("[data-channel] .chip")).ToHaveTextAsync("waiting for confirmation");
        await Visit.Expect(page.Locator("[data-unconfirmed]")).ToContainTextAsync("a request to owner@elsewhere.test was made");
        await Visit.Expect(page.Locator("[data-unconfirmed]")).ToContainTextAsync("no public URL");
        await Visit.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Test Mail" })).ToHaveCountAsync(0);
        await page.GetByLabel("Code in the mail").FillAsync("guessed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm Mail" }).ClickAsync();
        await Visit.Expect(page.Locator("#message")).ToContainTextAsync("This code is not valid");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await PictureAsync(page, $"unconfirmed-{width}");
        window.ExpectFaults("status of 404");
        Assert.Equal(404, (await page.GotoAsync(new Uri(host.DashboardUrl, "/recipients/confirm/made-up").AbsoluteUri))!.Status);
        Assert.NotEqual("", await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--ink')")); // The style sheets are there.
        await Visit.Expect(page.Locator("main")).ToContainTextAsync("This link is not valid");
        await PictureAsync(page, $"recipient-{width}");
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Pictures is not null)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = true });
    }
}
