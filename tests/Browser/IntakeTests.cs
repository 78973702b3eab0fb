using System.Text;
using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>From an uploaded file to the scorecard, by way of the quarantine where it must be.</summary>
public sealed class IntakeTests(Demo demo)
{
    [Fact]
    public async Task Upload_MailboxAndForeignReport_IsShownAndClaimedFromTheQuarantine()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/upload");
        await visit.ChooseFilesAsync(
        [
            new FilePayload { Name = "old.mbox", MimeType = "application/mbox", Buffer = Encoding.UTF8.GetBytes(Mail(Report("m1", "northwind-clinic.example")) + Mail(Report("m2", "northwind-clinic.example")) + Mail("{}")) },
            new FilePayload { Name = "foreign.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Report("f1", "late-claim.example")) },
        ]);
        await Visit.Expect(visit.Page.Locator("#uploaded tbody tr")).ToHaveCountAsync(4);
        await Visit.Expect(visit.Page.Locator(".upload-progress")).ToContainTextAsync("2 files read: 2 counted, 2 in quarantine");

        await visit.OpenAsync("/quarantine");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add late-claim.example and replay" }).ClickAsync();
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Status).First).ToContainTextAsync("late-claim.example was added. Replayed 1. 1 counted");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Replay all" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".note[role=status]")).ToContainTextAsync("still in quarantine");

        await visit.OpenAsync("/domains/late-claim.example/reports");
        await Visit.Expect(visit.Page.Locator("table.compact tbody tr")).ToHaveCountAsync(1);
        await visit.Page.Locator("#dkim-filter").SelectOptionAsync("Pass");
        await Visit.Expect(visit.Page.Locator("table.compact tbody tr")).ToHaveCountAsync(0);
        await visit.Page.Locator("#dkim-filter").SelectOptionAsync("NotMail");
        await visit.Page.Locator("table.compact tbody a").First.ClickAsync();
        await Visit.Expect(visit.Page.Locator("#dkim")).ToContainTextAsync("Uploaded by a member");
        await Shoot(visit, "report");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Pages_OfIntake_Fit(int width)
    {
        await using var visit = await demo.OwnerAsync(width, 844);
        await visit.OpenAsync("/upload");
        await visit.ChooseFilesAsync(new FilePayload { Name = "a-rather-long-name-of-a-file-" + width + ".json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Report("w" + width, $"a-long-name-that-nobody-claimed-{width}.example")) });
        await Visit.Expect(visit.Page.Locator("#uploaded tbody tr")).ToHaveCountAsync(1);
        await Fits(visit, "upload", width);
        foreach (var (path, name) in new[] { ("/quarantine", "quarantine"), ("/settings", "settings"), ("/domains/northwind-clinic.example/reports", "reports") })
        {
            await visit.OpenAsync(path);
            await Fits(visit, name, width);
        }
        await visit.Page.Locator("table.compact tbody a").First.ClickAsync();
        await Visit.Expect(visit.Page.Locator("#dkim")).ToBeVisibleAsync();
        await Fits(visit, "one-report", width);
    }

    [Fact]
    public async Task Settings_SignedOnly_IsSwitchedAndBack()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/settings");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Count signed reports only" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("section[aria-labelledby=intake] .chip")).ToHaveTextAsync("Signed only");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Count all reports" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("section[aria-labelledby=intake] .chip")).ToHaveTextAsync("All, marked");
    }

    /// <summary>Of a day that the page shows.</summary>
    private static string Report(string id, string domain) =>
        $$$"""{"organization-name":"Bigmail","date-range":{"start-datetime":"{{{Day}}}T00:00:00Z","end-datetime":"{{{Day}}}T23:59:59Z"},"report-id":"{{{id}}}","policies":[{"policy":{"policy-type":"sts","policy-domain":"{{{domain}}}"},"summary":{"total-successful-session-count":3,"total-failure-session-count":0}}]}""";

    private static string Day => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2)).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static string Mail(string json) => $"From a@b Mon Mar  2 03:00:00 2026\r\nFrom: a@b.example\r\nContent-Type: application/tlsrpt+json\r\n\r\n{json}\r\n\r\n";

    private static async Task Fits(Visit visit, string name, int width)
    {
        Assert.Equal((name, 0), (name, await visit.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)")));
        await Shoot(visit, $"{name}-{width}");
    }

    /// <summary>A picture for whoever wants to look: where <c>PICTURES</c> names a folder.</summary>
    private static async Task Shoot(Visit visit, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") is { Length: > 0 } folder)
            await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
