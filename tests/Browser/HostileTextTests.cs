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
        await visit.ChooseFilesAsync([File("hostile <b>.json", Report("harbour-post.example")), File("stray.json", "{\"no\":\"report\"}")]);
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

    /// <summary>Every text of a report by itself, so that none hides behind another, on every page that shows reports, and in what is downloaded.</summary>
    [Fact]
    public async Task EveryTextOfAReport_WithScriptInIt_IsShownAsText()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/upload");
        await visit.ChooseFilesAsync([File("full.json", FullReport("harbour-post.example")), File("\"><img src=x onerror=alert(1)>.json", FullReport(Script)), File("broken <script>alert(1)</script>.json", "{")]);
        await Visit.Expect(visit.Page.Locator("#uploaded tbody tr")).ToHaveCountAsync(3);
        await AssertHarmlessAsync(visit);

        await visit.Page.Locator("#uploaded tbody tr").Filter(new() { HasText = "full.json" }).GetByRole(AriaRole.Link).ClickAsync();
        await Visit.Expect(visit.Page.Locator("h1")).ToContainTextAsync("Report of organization-name<script>");
        foreach (var field in new[] { "contact-info", "report-id", "policy-string", "mx-host", "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip", "additional-information", "failure-reason-code" })
            await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync(field + "<script>");
        await AssertHarmlessAsync(visit);

        foreach (var path in new[] { "/", "/domains/harbour-post.example", "/domains/harbour-post.example/reports", "/alerts", "/quarantine", "/settings" })
        {
            await visit.OpenAsync(path);
            await AssertHarmlessAsync(visit);
        }
        await visit.OpenAsync("/domains/harbour-post.example/reports");
        await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("receiving-mx-hostname<script>");

        // A domain that is none is quoted in the reason, and so is the file's name beside it.
        await visit.OpenAsync("/quarantine");
        await Visit.Expect(visit.Page.Locator("#quarantine")).ToContainTextAsync("\"><img src=x onerror=alert(1)>.json");
        await visit.Page.Locator("#quarantine tbody tr").Filter(new() { HasText = "onerror=alert(1)" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await visit.HeadingAsync("Report");
        await AssertHarmlessAsync(visit);

        var day = Day();
        foreach (var (path, type) in new[] { ("reports", "csv"), ("reports", "jsonl"), ("scorecard", "csv"), ("scorecard", "jsonl") })
        {
            var answer = await visit.Page.APIRequest.GetAsync($"/export/harbour-post.example/{path}?from={day}&to={day}&format={type}");
            Assert.Equal(200, answer.Status);
            Assert.StartsWith(type == "csv" ? "text/csv" : "application/jsonl", answer.Headers["content-type"], StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
            Assert.StartsWith("attachment", answer.Headers["content-disposition"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Quarantine_Replayed_SaysWhyItStays()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/quarantine");
        await visit.Page.Locator("#quarantine").GetByRole(AriaRole.Button, new() { Name = "Replay the envelope received" }).Last.ClickAsync();
        await Visit.Expect(visit.Page.Locator(".note[role=status]")).ToContainTextAsync("Still in quarantine");
    }

    private static async Task AssertHarmlessAsync(Visit visit)
    {
        await Visit.Expect(visit.Page.Locator("img[src=x]")).ToHaveCountAsync(0);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("[...document.scripts].filter(script => script.textContent.includes('executed')).length"));
        Assert.DoesNotContain("executed", await visit.Page.TitleAsync(), StringComparison.Ordinal);
    }

    private static string Day() => TimeProvider.System.GetUtcNow().AddDays(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Each field holds its name and the script.</summary>
    private static string FullReport(string domain)
    {
        var day = Day();
        return System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["organization-name"] = "organization-name" + Script,
            ["date-range"] = new Dictionary<string, string> { ["start-datetime"] = day + "T00:00:00Z", ["end-datetime"] = day + "T23:59:59Z" },
            ["contact-info"] = "contact-info" + Script,
            ["report-id"] = "report-id" + Script,
            ["policies"] = new[]
            {
                new Dictionary<string, object>
                {
                    ["policy"] = new Dictionary<string, object> { ["policy-type"] = "sts", ["policy-string"] = new[] { "policy-string" + Script }, ["policy-domain"] = domain, ["mx-host"] = new[] { "mx-host" + Script } },
                    ["summary"] = new Dictionary<string, int> { ["total-successful-session-count"] = 5, ["total-failure-session-count"] = 3 },
                    ["failure-details"] = new[]
                    {
                        new[] { "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip", "additional-information", "failure-reason-code" }
                            .ToDictionary(field => field, field => (object)(field + Script)).Append(KeyValuePair.Create("failed-session-count", (object)3)).ToDictionary(),
                    },
                },
                new Dictionary<string, object>
                {
                    ["policy"] = new Dictionary<string, object> { ["policy-type"] = "policy-type" + Script, ["policy-domain"] = domain },
                    ["summary"] = new Dictionary<string, int> { ["total-successful-session-count"] = 1, ["total-failure-session-count"] = 0 },
                },
            },
        });
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
