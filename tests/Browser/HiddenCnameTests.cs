using Xunit;

namespace MtaSts.Browser;

/// <summary>The help for owners whose CNAME cannot be seen.</summary>
public sealed class HiddenCnameTests(Demo demo)
{
    [Theory]
    [InlineData(1280, 900)]
    [InlineData(390, 844)]
    public async Task Help_WhileHostingIsWanted_ShowsTheRecordToPublish(int width, int height)
    {
        await using var visit = await demo.OwnerAsync(width, height);
        await visit.OpenAsync("/domains/new-venture.example");
        var help = visit.Page.Locator("details.hidden-cname");
        await help.GetByText("My CNAME is proxied or flattened").ClickAsync();
        await Visit.Expect(help.GetByText("_mtasts-claim.new-venture.example")).ToBeVisibleAsync();
        var target = (await demo.ApiAsync("domains/new-venture.example")).GetProperty("cnameTarget").GetString()!;
        await Visit.Expect(help).ToContainTextAsync("mtasts-claim=" + target.Split('.')[0]);
        Assert.False(await visit.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), "the page is wider than its window");
        if (Environment.GetEnvironmentVariable("PICTURES") is { } folder)
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"hidden-{width}.png"), FullPage = true });
    }
}
