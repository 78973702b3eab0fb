using Xunit;

namespace MtaSts.Browser;

/// <summary>What holds on every page.</summary>
public sealed class EveryPageTests(Demo demo)
{
    private const string Overflow = "Math.max(0, document.documentElement.scrollWidth - innerWidth)";

    private static readonly string[] Pages =
    [
        "/", "/domains/harbour-post.example", "/domains/brightwater-books.example", "/domains/new-venture.example",
        "/domains/old-orchard.example/policy", "/domains/harbour-post.example/mx", "/domains/northwind-clinic.example/reports", "/domains/new-venture.example/reports",
        "/alerts", "/alerts/past", "/notifications", "/notifications/new", "/upload", "/quarantine", "/settings", "/settings/password", "/help/results", "/not-found",
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

    /// <summary>A table whose last columns are outside its box looks whole: nothing shows that there is more.</summary>
    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Tables_OnAScreen_ShowAllOfTheirColumns(int width)
    {
        const string cut = """
            [...document.querySelectorAll('.table-box, main pre, .tabs, .facts, .chip')].filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
                .map(one => `${one.className} ${one.scrollWidth} > ${one.clientWidth}: ${one.innerText.slice(0, 60)}`).join('\n')
            """;
        const string repeatedIds = "(ids => [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))].join(' '))([...document.querySelectorAll('[id]')].map(one => one.id))";
        await using var visit = await demo.OwnerAsync(width, 844);
        visit.ExpectFaults("status of 404");
        foreach (var path in Pages.Concat(["/domains/closed-gate.example/policy", "/domains/juniper-studio.example/policy", "/domains/harbour-post.example/policy", "/domains/harbour-post.example/reports", "/domains/brightwater-books.example/reports", "/domains/quiet-lane.example/reports", "/domains/northwind-clinic.example/mx"]))
        {
            await visit.OpenAsync(path);
            await visit.Page.EvaluateAsync("document.querySelectorAll('main details').forEach(one => one.open = true)");
            Assert.Equal((path, ""), (path, await visit.Page.EvaluateAsync<string>(cut)));
            Assert.Equal((path, ""), (path, await visit.Page.EvaluateAsync<string>(repeatedIds)));
        }
    }

    [Fact]
    public async Task Demo_DomainWithoutACertificate_IsNotSaidToBeReached()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/closed-gate.example/policy");
        await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("not yet fetched from outside|The certificate is not valid for this name"));
        await Visit.Expect(visit.Page.Locator("main .chip.ok", new() { HasText = "reachable" })).ToHaveCountAsync(0);
        await visit.OpenAsync("/domains/closed-gate.example");
        await Visit.Expect(visit.Page.Locator(".hosting")).ToContainTextAsync("The hostname provider cannot finish");
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
