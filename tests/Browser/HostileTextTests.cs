using System.Text;
using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>What outsiders write is shown as text.</summary>
public sealed class HostileTextTests(Demo demo)
{
    private const string Script = "<script>document.title='executed'</script><img src=x onerror=\"document.title='executed'\">";

    [Fact]
    public async Task Report_WithScriptInItsTexts_IsShownAsText()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/upload");
        await visit.Page.Locator("#files").SetInputFilesAsync([File("hostile <b>.json", Report("harbour-post.example")), File("stray.json", "{\"no\":\"report\"}")]);
        var rows = visit.Page.Locator("#uploaded tbody tr");
        await Visit.Expect(rows).ToHaveCountAsync(2);
        await Visit.Expect(rows.Nth(0)).ToContainTextAsync("In quarantine");
        await Visit.Expect(rows.Nth(1)).ToContainTextAsync("hostile <b>.json");
        await Visit.Expect(rows.Nth(1)).ToContainTextAsync("Counted");

        await rows.Nth(1).GetByRole(AriaRole.Link).ClickAsync();
        await Visit.Expect(visit.Page.Locator("h1")).ToContainTextAsync("Report of " + Script);
        await Visit.Expect(visit.Page.Locator("pre.file")).ToContainTextAsync("onerror");
        await visit.OpenAsync("/domains/harbour-post.example/reports");
        await Visit.Expect(visit.Page.Locator("#organizations")).ToContainTextAsync(Script);
        await Visit.Expect(visit.Page.Locator("#result-types")).ToContainTextAsync(Script);
        await Visit.Expect(visit.Page.Locator("img[src=x]")).ToHaveCountAsync(0);
        Assert.DoesNotContain("executed", await visit.Page.TitleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_Replayed_SaysWhyItStays()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/quarantine");
        await visit.Page.Locator("#quarantine").GetByRole(AriaRole.Button, new() { Name = "Replay what was received" }).Last.ClickAsync();
        await Visit.Expect(visit.Page.Locator(".note[role=status]")).ToContainTextAsync("It stays in quarantine");
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(text) };

    private static string Report(string domain)
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd");
        var hostile = System.Text.Json.JsonEncodedText.Encode(Script).ToString();
        return $$"""
            {"organization-name":"{{hostile}}","date-range":{"start-datetime":"{{day}}T00:00:00Z","end-datetime":"{{day}}T23:59:59Z"},
             "contact-info":"x","report-id":"{{hostile}}","policies":[{"policy":{"policy-type":"sts","policy-string":["{{hostile}}"],"policy-domain":"{{domain}}","mx-host":["{{hostile}}"]},
             "summary":{"total-successful-session-count":5,"total-failure-session-count":3},
             "failure-details":[{"result-type":"{{hostile}}","sending-mta-ip":"192.0.2.1","receiving-mx-hostname":"{{hostile}}","failed-session-count":3,"failure-reason-code":"{{hostile}}"}]}]}
            """;
    }
}
