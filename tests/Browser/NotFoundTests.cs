using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>"Not found" is a page: by an address with status 404, by a link within the pages the same.</summary>
public sealed class NotFoundTests(Demo demo)
{
    private static readonly (string Path, string Heading)[] Addresses =
    [
        ("/nothing-here", "Page not found"),
        ("/nothing/here/at-all.html", "Page not found"),
        ("/help/no-such-topic", "Page not found"),
        ("/settings/nothing", "Page not found"),
        ("/domains/harbour-post.example/nothing", "Page not found"),
        ("/domains/elsewhere.example", "elsewhere.example"),
        ("/domains/elsewhere.example/policy", "elsewhere.example"),
        ("/domains/not%20a%20domain", "not a domain"),
        ("/domains/harbour-post.example/reports/rp-00000000000000000000000000000000", "Report not found"),
        ("/domains/elsewhere.example/reports/rp-00000000000000000000000000000000", "Report not found"),
        ("/quarantine/nothing", "Report not found"),
        ("/raw/rp-00000000000000000000000000000000", "Page not found"),
        ("/export/elsewhere.example/reports?from=2026-01-01&to=2026-01-02", "Page not found"),
    ];

    [Fact]
    public async Task Address_OfNothing_IsAPageWithStatus404AndStaysOne()
    {
        await using var visit = await demo.OwnerAsync();
        visit.ExpectFaults("status of 404");
        foreach (var (path, heading) in Addresses)
        {
            var answer = await visit.Page.GotoAsync(path);
            Assert.Equal((path, 404), (path, answer!.Status));
            await IsPageAsync(visit, heading);
            await Visit.Expect(visit.Page.Locator("main:not([inert])")).ToHaveCountAsync(1); // With its connection.
            await IsPageAsync(visit, heading);
        }
    }

    [Fact]
    public async Task Link_ToNothing_IsTheSamePageAndLeadsOn()
    {
        await using var visit = await demo.OwnerAsync();
        visit.ExpectFaults("status of 404"); // What no page is routed to, the service is asked for.
        foreach (var (path, heading) in Addresses.Where(address => !address.Path.StartsWith("/raw", StringComparison.Ordinal) && !address.Path.StartsWith("/export", StringComparison.Ordinal)))
        {
            await visit.OpenAsync("/settings");
            await visit.Page.EvaluateAsync("path => document.querySelector('main').insertAdjacentHTML('beforeend', `<a id=\"gone\" href=\"${path}\">gone</a>`)", path);
            await visit.Page.Locator("#gone").ClickAsync();
            await IsPageAsync(visit, heading);
        }
        await visit.Page.Locator("main").GetByRole(AriaRole.Link, new() { Name = "Your domains" }).ClickAsync();
        await visit.HeadingAsync("Domains");
    }

    [Fact]
    public async Task Topic_ThatTheReferenceDoesNotHave_IsSaidToBeNotFound()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/help/results#no-such-<b>topic");
        var note = visit.Page.Locator("#unknown-topic");
        await Visit.Expect(note).ToContainTextAsync("Not found: there is no entry “no-such-<b>topic”");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "certificate-expired", Exact = true }).First.ClickAsync();
        await Visit.Expect(note).ToHaveCountAsync(0);
        await visit.OpenAsync("/help/results#reasons");
        await Visit.Expect(note).ToHaveCountAsync(0);
    }

    private static async Task IsPageAsync(Visit visit, string heading)
    {
        await Visit.Expect(visit.Page.Locator("main h1")).ToHaveTextAsync(heading);
        await Visit.Expect(visit.Page).ToHaveTitleAsync("Not found · MtaSts");
        await Visit.Expect(visit.Page.Locator("nav[aria-label=Main]")).ToHaveCountAsync(1);
        await Visit.Expect(visit.Page.Locator("main a").First).ToHaveCountAsync(1);
    }
}
