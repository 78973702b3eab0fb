using Xunit;

namespace MtaSts.Browser;

/// <summary>The MX hosts of the demo's domains.</summary>
public sealed class MxTests(Demo demo)
{
    [Theory]
    [InlineData("harbour-post.example", "good", "mx1.harbour-post.example", "covered (enforce)", "matches")]
    [InlineData("northwind-clinic.example", "not ready for enforce", "mx2.northwind-clinic.example", "the certificate has expired", "expired")]
    [InlineData("quiet-lane.example", "not ready for enforce", "backup.quiet-lane.example", "no STARTTLS")]
    public async Task MxHosts_OfADomain_AreShownWithTheirCertificatesAndVerdicts(string domain, string mark, string host, params string[] texts)
    {
        foreach (var width in new[] { 1280, 390 })
        {
            await using var visit = await demo.OwnerAsync(width, 844);
            await visit.OpenAsync($"/domains/{domain}/mx");
            var card = visit.Page.Locator(".record", new() { HasText = host });
            await Visit.Expect(card.Locator(".chip")).ToHaveTextAsync(mark);
            foreach (var text in texts)
                await Visit.Expect(card).ToContainTextAsync(text);
            await Visit.Expect(card).ToContainTextAsync("192.0.2.");
            if (Environment.GetEnvironmentVariable("PICTURES") is { Length: > 0 } folder)
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"mx-{domain}-{width}.png"), FullPage = true });
        }
    }
}
