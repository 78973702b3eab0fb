using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

public sealed class ScorecardTests(Demo demo)
{
    private const string Domain = "northwind-clinic.example";

    [Fact]
    public async Task Scorecard_Shown_EqualsWhatTheApiSays()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        var from = await visit.Page.Locator("#from").InputValueAsync();
        var to = await visit.Page.Locator("#to").InputValueAsync();
        var expected = await demo.ApiAsync($"domains/{Domain}/scorecard?from={from}&to={to}");
        var (successful, failed) = Sessions(expected.GetProperty("sessions"));
        Assert.True(failed > 100, "the demo's expired certificate is to be seen"); // On a weekend there are few.

        Assert.Equal(successful + failed, await NumberAsync(visit, "[data-number=sessions]"));
        Assert.Equal(failed, await NumberAsync(visit, "[data-number=failed]"));
        Assert.Equal(
            expected.GetProperty("byResultType").EnumerateArray().Select(type => (type.GetProperty("resultType").GetString()!, type.GetProperty("failed").GetInt64())),
            (await RowsAsync(visit, "#result-types tbody tr:not(.explain)")).Select(row => (row[0], Number(row[^1]))));
        Assert.Equal(
            expected.GetProperty("byMxHost").EnumerateArray().Select(host => (host.GetProperty("mxHost").GetString() ?? "no host named", host.GetProperty("failed").GetInt64())),
            (await RowsAsync(visit, "#mx-hosts tbody tr:not(.explain)")).Select(row => (row[0], Number(row[^1]))));
        Assert.Equal(
            expected.GetProperty("byPolicyType").EnumerateArray().Select(type => Sessions(type)),
            (await RowsAsync(visit, "#policy-types tbody tr")).Select(row => (Number(row[1]), Number(row[2]))));
    }

    [Fact]
    public async Task Failures_OneKindChosen_NarrowsTheOtherLists()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        var from = await visit.Page.Locator("#from").InputValueAsync();
        var to = await visit.Page.Locator("#to").InputValueAsync();
        var failures = (await demo.ApiAsync($"domains/{Domain}/scorecard?from={from}&to={to}")).GetProperty("byDay").EnumerateArray()
            .SelectMany(day => day.GetProperty("failures").EnumerateArray()).ToArray();
        var type = failures.GroupBy(failure => failure.GetProperty("resultType").GetString()!).MaxBy(group => group.Sum(Failed))!;
        var organization = type.GroupBy(failure => failure.GetProperty("organization").GetString()!).OrderByDescending(group => group.Sum(Failed)).ThenBy(group => group.Key, StringComparer.Ordinal).First();

        await visit.Page.Locator("#result-types").GetByRole(AriaRole.Button, new() { Name = type.Key, Exact = true }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("[data-number=focused]")).ToHaveTextAsync(Shown(type.Sum(Failed)));
        Assert.Equal(
            type.GroupBy(failure => failure.GetProperty("organization").GetString()!).Select(group => (group.Key, group.Sum(Failed))).Order(),
            (await RowsAsync(visit, "#failing-organizations tbody tr:not(.explain)")).Select(row => (row[0], Number(row[^1]))).Order());
        Assert.NotEqual(1, await visit.Page.Locator("#result-types tbody tr:not(.explain)").CountAsync()); // Another can be chosen instead.

        await visit.Page.Locator("#failing-organizations").GetByRole(AriaRole.Button, new() { Name = organization.Key, Exact = true }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("[data-number=focused]")).ToHaveTextAsync(Shown(organization.Sum(Failed)));
        Assert.Equal(
            organization.GroupBy(failure => failure.GetProperty("mxHost").GetString() ?? "no host named").Select(group => (group.Key, group.Sum(Failed))).Order(),
            (await RowsAsync(visit, "#mx-hosts tbody tr:not(.explain)")).Select(row => (row[0], Number(row[^1]))).Order());

        // The choice stands in the address: it is there again after a look at a report.
        await visit.Page.Locator("table.compact tbody a").First.ClickAsync();
        await visit.Page.Locator(".reported-policy").First.WaitForAsync();
        await visit.Page.GoBackAsync();
        await Visit.Expect(visit.Page.Locator("[data-number=focused]")).ToHaveTextAsync(Shown(organization.Sum(Failed)));

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show all failures" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("[data-number=focused]")).ToHaveCountAsync(0);
        Assert.Equal(failures.Sum(Failed), (await RowsAsync(visit, "#networks tbody tr:not(.explain)")).Sum(row => Number(row[^1])));

        static long Failed(JsonElement failure) => failure.GetProperty("failed").GetInt64();
        static string Shown(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Scorecard_PerDay_AddsUpToTheHeadline()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "7 days" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#numbers-per-day tbody tr")).ToHaveCountAsync(7);
        await visit.Page.ReloadAsync();
        await Visit.Expect(visit.Page.Locator("#numbers-per-day tbody tr")).ToHaveCountAsync(7);
        var days = await RowsAsync(visit, "#numbers-per-day tbody tr");
        Assert.Equal(await NumberAsync(visit, "[data-number=sessions]"), days.Sum(day => Number(day[1])));
        Assert.Equal(await NumberAsync(visit, "[data-number=reports]"), days.Sum(day => Number(day[4])));
        await Visit.Expect(visit.Page.Locator(".day-chart svg g")).ToHaveCountAsync(7);
    }

    [Fact]
    public async Task Scorecard_RangeThatEndsBeforeItBegins_IsRefused()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        await visit.Page.Locator("#from").FillAsync("2026-02-02");
        await visit.Page.Locator("#to").FillAsync("2026-02-01");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".range .field-problem")).ToContainTextAsync("is before the first");
    }

    [Fact]
    public async Task Report_Opened_ShowsItsJsonAndOffersTheBytes()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        await visit.Page.Locator("table.compact tbody a").First.ClickAsync();
        await Visit.Expect(visit.Page.Locator("pre.file.tall")).ToContainTextAsync("\"policy-domain\": \"northwind-clinic.example\"");
        var waiting = visit.Page.WaitForDownloadAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Download original" }).ClickAsync();
        var bytes = await File.ReadAllBytesAsync(await (await waiting).PathAsync());
        Assert.Equal([0x1F, 0x8B], bytes[..2]); // gzip, as the demo's senders send it
    }

    [Fact]
    public async Task Report_WithManyFailures_IsReadablePageByPageWithExplanations()
    {
        await using var visit = await demo.OwnerAsync(390, 844);
        await visit.OpenAsync("/upload");
        await visit.ChooseFilesAsync(new FilePayload { Name = "many.json", MimeType = "application/json", Buffer = ManyFailures(60) });
        await visit.Page.Locator("#uploaded tbody a").First.ClickAsync();
        var table = visit.Page.Locator(".reported-policy table.failure-details");
        await Visit.Expect(table.Locator("tbody tr:not(.meaning)")).ToHaveCountAsync(25);
        await table.Locator("summary").First.ClickAsync();
        await Visit.Expect(table.Locator(".explanation").First).ToContainTextAsync("TLS version or cipher");
        await Visit.Expect(visit.Page.Locator(".reported-policy")).ToContainTextAsync("https://info.example/never-fetched");
        await Visit.Expect(visit.Page.Locator("main a[href*='info.example']")).ToHaveCountAsync(0);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));

        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages of the failures" }).GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".reported-policy .pager")).ToContainTextAsync("26 – 50 of 60");
        await table.Locator("summary").First.ClickAsync();
        await table.GetByRole(AriaRole.Link).First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/help/results#reason.version-or-cipher");
        await Visit.Expect(visit.Page.Locator("[id='reason.version-or-cipher']")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Help_SearchedForWhatASenderWrote_FindsItsReason()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/help/results");
        await visit.Page.Locator("#search").FillAsync("X509_V_ERR_HOSTNAME_MISMATCH");
        await Visit.Expect(visit.Page.Locator("#explanations article")).ToHaveCountAsync(1);
        await Visit.Expect(visit.Page.Locator("#explanations article")).ToContainTextAsync("reason.host-mismatch");
    }

    [Fact]
    public async Task List_Filtered_HasThoseReportsOnly()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        var rows = visit.Page.Locator("table.compact tbody tr");
        await visit.Page.Locator("#failures-filter").CheckAsync();
        await Visit.Expect(rows.Filter(new() { Has = visit.Page.Locator("td[data-label=Failed]:not(.bad-text)") })).ToHaveCountAsync(0);
        Assert.NotEqual(0, await rows.CountAsync());
        await rows.First.Locator("a").ClickAsync();
        await visit.Page.Locator(".reported-policy").First.WaitForAsync();
        await visit.Page.GoBackAsync();
        await Visit.Expect(visit.Page.Locator("#failures-filter")).ToBeCheckedAsync();
        await Visit.Expect(rows.Locator("td[data-label=Failed].bad-text").First).ToBeVisibleAsync();
        await Visit.Expect(rows.Filter(new() { Has = visit.Page.Locator("td[data-label=Failed]:not(.bad-text)") })).ToHaveCountAsync(0);
        await visit.Page.Locator("#organization-filter").FillAsync("nobody of this name");
        await visit.Page.Locator("#organization-filter").PressAsync("Enter");
        await Visit.Expect(rows).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhoApplies_AfterAnMxWasRenamed_NamesTheSendersWithTheOldPolicy()
    {
        const string Renamed = "brightwater-books.example";
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Renamed}/reports");
        var from = await visit.Page.Locator("#from").InputValueAsync();
        var to = await visit.Page.Locator("#to").InputValueAsync();
        var seen = (await demo.ApiAsync($"domains/{Renamed}/scorecard?from={from}&to={to}")).GetProperty("policiesSeen").EnumerateArray().ToArray();
        Assert.Contains(seen, policy => policy.GetProperty("state").GetString() == "current");
        Assert.Contains(seen, policy => policy.GetProperty("state").GetString() == "earlier");

        var rows = await RowsAsync(visit, "#who-applies tbody tr");
        Assert.Equal(seen.Take(rows.Length).Select(policy => policy.GetProperty("organization").GetString()), rows.Select(row => row[0]));
        await Visit.Expect(visit.Page.Locator("#who-applies .chip.ok").First).ToContainTextAsync("current");
    }

    [Theory]
    [InlineData("Scorecard CSV", "day,kind,organization,")]
    [InlineData("Reports CSV", "id,organization,reportId,")]
    [InlineData("Scorecard JSON Lines", "{\"day\":")]
    [InlineData("Reports JSON Lines", "{\"id\":")]
    public async Task Export_Clicked_IsAFileOfTheRangeShown(string link, string header)
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync($"/domains/{Domain}/reports");
        var waiting = visit.Page.WaitForDownloadAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = link }).ClickAsync();
        var download = await waiting;
        Assert.EndsWith(await visit.Page.Locator("#to").InputValueAsync() + (header[0] == '{' ? ".jsonl" : ".csv"), download.SuggestedFilename, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.StartsWith(header, lines[0], StringComparison.Ordinal);
        Assert.InRange(lines.Length, 30, 100_000);
    }

    private static byte[] ManyFailures(int count)
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(-4).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["organization-name"] = "Many failures",
            ["date-range"] = new Dictionary<string, string> { ["start-datetime"] = day + "T00:00:00Z", ["end-datetime"] = day + "T23:59:59Z" },
            ["report-id"] = "many",
            ["policies"] = new[]
            {
                new Dictionary<string, object>
                {
                    ["policy"] = new Dictionary<string, object> { ["policy-type"] = "sts", ["policy-domain"] = "harbour-post.example" },
                    ["summary"] = new Dictionary<string, int> { ["total-successful-session-count"] = 1, ["total-failure-session-count"] = count },
                    ["failure-details"] = Enumerable.Range(0, count).Select(_ => new Dictionary<string, object>
                    {
                        ["result-type"] = "validation-failure",
                        ["failed-session-count"] = 1,
                        ["failure-reason-code"] = "tls-remote-alert-70-protocol-version-not-supported",
                        ["additional-information"] = "https://info.example/never-fetched/" + new string('a', 300),
                    }).ToArray(),
                },
            },
        });
    }

    private static async Task<string[][]> RowsAsync(Visit visit, string rows) =>
        await visit.Page.Locator(rows).EvaluateAllAsync<string[][]>("rows => rows.map(row => [...row.cells].map(cell => cell.textContent.trim()))");

    private static async Task<long> NumberAsync(Visit visit, string selector) => Number(await visit.Page.Locator(selector).InnerTextAsync());

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static (long Successful, long Failed) Sessions(JsonElement element) => (element.GetProperty("successful").GetInt64(), element.GetProperty("failed").GetInt64());
}
