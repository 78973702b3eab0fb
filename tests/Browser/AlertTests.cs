using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>The page of alerts: an alert is acknowledged, snoozed and muted, and each is undone again, because the demo is everybody's.</summary>
public sealed class AlertTests(Demo demo)
{
    private const string Kind = "mx-not-covered";
    private const string Domain = "brightwater-books.example";

    /// <summary>Pictures are stored in this folder, if it is set.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("MTASTS_PICTURES");

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Alert_Handled_ShowsWhoAndUntilWhenAndIsUndone(int width)
    {
        await using var visit = await demo.OwnerAsync(width);
        var page = visit.Page;
        await visit.OpenAsync("/alerts");
        var card = page.Locator($"[data-alert={Kind}]", new() { HasText = Domain });
        await Visit.Expect(card).ToBeVisibleAsync();

        await card.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Note (optional)").FillAsync("Asked <b>the</b> registrar");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Visit.Expect(card.Locator(".handled")).ToContainTextAsync($"Acknowledged by {Demo.Email}");
        await Visit.Expect(card.Locator(".handled")).ToContainTextAsync("Asked <b>the</b> registrar");
        await card.GetByRole(AriaRole.Button, new() { Name = "History" }).ClickAsync();
        await Visit.Expect(card.Locator(".history")).ToContainTextAsync("Raised");
        await Visit.Expect(card.Locator(".history")).ToContainTextAsync($"Acknowledged by {Demo.Email}: Asked");
        await PictureAsync(page, $"alert-acknowledged-{width}");

        await card.GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
        await PictureAsync(page, $"alert-snooze-{width}");
        await page.GetByRole(AriaRole.Dialog).GetByText("1 week").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
        await Visit.Expect(card.Locator(".handled")).ToContainTextAsync($"Snoozed by {Demo.Email}");
        await card.GetByRole(AriaRole.Button, new() { Name = "End snooze" }).ClickAsync();
        await Visit.Expect(card.Locator(".handled")).ToHaveCountAsync(0);

        await card.GetByRole(AriaRole.Button, new() { Name = "Mute this kind" }).ClickAsync();
        var mute = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Mute" });
        await Visit.Expect(mute).ToBeDisabledAsync(); // The kind can be critical: a reason is required.
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Reason").FillAsync("planned");
        await mute.ClickAsync();
        await Visit.Expect(page.Locator("#muted")).ToBeVisibleAsync();
        await Visit.Expect(page.Locator(".page-head")).ToContainTextAsync("1 muted");
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await PictureAsync(page, $"alert-muted-{width}");
        await card.GetByRole(AriaRole.Button, new() { Name = "End mute" }).ClickAsync();
        await Visit.Expect(page.Locator("#muted")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "Past", Exact = true }).ClickAsync();
        await Visit.Expect(page.Locator("main")).ToContainTextAsync("esolved");
        await PictureAsync(page, $"alerts-past-{width}");
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Pictures is not null)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name + ".png"), FullPage = true });
    }
}
