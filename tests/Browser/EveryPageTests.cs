using Xunit;

namespace MtaSts.Browser;

/// <summary>What holds on every page.</summary>
public sealed class EveryPageTests(Demo demo)
{
    private const string Overflow = "Math.max(0, document.documentElement.scrollWidth - innerWidth)";

    private static readonly string[] Pages =
    [
        "/", "/domains/harbour-post.example", "/domains/brightwater-books.example", "/domains/new-venture.example",
        "/domains/old-orchard.example/policy", "/domains/northwind-clinic.example/reports", "/domains/new-venture.example/reports",
        "/alerts", "/upload", "/quarantine", "/settings", "/settings/password", "/help/results", "/not-found",
    ];

    [Fact]
    public async Task Pages_OnAPhone_FitAndAreMarkedAsDemoAndHaveTitlesOfTheirOwn()
    {
        await using var visit = await demo.OwnerAsync(390, 844);
        visit.ExpectFaults("status of 404");
        var titles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Pages)
        {
            await visit.OpenAsync(path);
            await Visit.Expect(visit.Page.Locator(".demo-banner")).ToContainTextAsync("Demo data");
            Assert.Equal((path, 0), (path, await visit.Page.EvaluateAsync<int>(Overflow)));
            var title = await visit.Page.TitleAsync();
            Assert.EndsWith(" · MtaSts", title, StringComparison.Ordinal);
            Assert.True(titles.Add(title), $"Another page has the title of {path}: {title}");
        }
    }

    [Fact]
    public async Task Menu_OnAPhone_OpensAndLeads()
    {
        await using var visit = await demo.OwnerAsync(390, 844);
        await visit.OpenAsync("/");
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await visit.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Quarantine" }).ClickAsync();
        await visit.HeadingAsync("Quarantine");
        await Visit.Expect(visit.Page.Locator("#menu")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task SignIn_OnAPhone_FitsAndTellsHowToLookAround()
    {
        await using var visit = await demo.StrangerAsync(390, 844);
        await visit.Page.GotoAsync("/sign-in");
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>(Overflow));
        await Visit.Expect(visit.Page.Locator(".demo-banner")).ToContainTextAsync("Demo data");
        await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("look-around");
    }
}
