using Xunit;

namespace MtaSts.Browser;

/// <summary>What holds on every page.</summary>
public sealed class EveryPageTests(Demo demo)
{
    public static TheoryData<string> Pages =>
    [
        "/", "/domains/harbour-post.example", "/domains/brightwater-books.example", "/domains/new-venture.example",
        "/domains/old-orchard.example/policy", "/domains/northwind-clinic.example/reports", "/domains/new-venture.example/reports",
        "/alerts", "/upload", "/quarantine", "/settings", "/settings/password", "/not-found",
    ];

    [Theory, MemberData(nameof(Pages))]
    public async Task Page_OnAPhone_FitsAndIsMarkedAsDemo(string path)
    {
        await using var visit = await demo.OwnerAsync(390, 844);
        await visit.OpenAsync(path);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await Visit.Expect(visit.Page.Locator(".demo-banner")).ToContainTextAsync("Demo data");
        Assert.EndsWith(" · MtaSts", await visit.Page.TitleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_OnAPhone_FitsAndTellsHowToLookAround()
    {
        await using var visit = await demo.StrangerAsync(390, 844);
        await visit.Page.GotoAsync("/sign-in");
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await Visit.Expect(visit.Page.Locator(".demo-banner")).ToContainTextAsync("Demo data");
        await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("look-around");
    }

    [Fact]
    public async Task Titles_OfPages_Differ()
    {
        await using var visit = await demo.OwnerAsync();
        var titles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Pages.Select(row => row.Data))
        {
            await visit.OpenAsync(path);
            Assert.True(titles.Add(await visit.Page.TitleAsync()), $"Another page has the title of {path}.");
        }
    }
}
