using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

/// <summary>Hosting as a visitor of the demo sees it begin, at the simulated Cloudflare.</summary>
public sealed class HostingTests(Demo demo)
{
    private static readonly LocatorAssertionsToHaveTextOptions Patiently = new() { Timeout = 90_000 };

    [Fact]
    public async Task OwnDomain_HostingSwitchedOn_GoesFromWaitingOverTheCertificateToLive()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("my-first.example");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        await visit.HeadingAsync("my-first.example");
        var chip = visit.Page.Locator(".domain-head .chip");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch hosting on" }).ClickAsync();
        await Visit.Expect(chip).ToHaveTextAsync("Waiting for CNAME");
        await Visit.Expect(chip).ToHaveTextAsync("Setting up", Patiently);
        await Visit.Expect(visit.Page.Locator(".hosting .note")).ToContainTextAsync("Cloudflare");
        await Visit.Expect(chip).ToHaveTextAsync("Live", Patiently);
        await Visit.Expect(visit.Page.Locator(".hosting .facts")).ToContainTextAsync("Certificate valid until");
        await Visit.Expect(visit.Page.Locator(".hosting .note")).ToHaveCountAsync(0);
        var hosting = (await demo.ApiAsync("domains/my-first.example")).GetProperty("hosting");
        Assert.Equal("Cloudflare", hosting.GetProperty("provider").GetString());
        Assert.Contains("mode: testing", await demo.ServedPolicyAsync("my-first.example"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Caa_ThatRefuses_ShowsTheLinesToAddAndCopiesThem(int width)
    {
        await using var visit = await demo.OwnerAsync(width);
        await visit.OpenAsync("/domains/closed-gate.example");
        var hosting = visit.Page.Locator(".hosting");
        await Visit.Expect(hosting).ToContainTextAsync("The CAA records at closed-gate.example let only digicert.com issue certificates");
        await Visit.Expect(hosting.Locator(".lines code")).ToHaveTextAsync(
        [
            "closed-gate.example. IN CAA 0 issue \"pki.goog\"", "closed-gate.example. IN CAA 0 issue \"letsencrypt.org\"", "closed-gate.example. IN CAA 0 issue \"ssl.com\"",
        ]);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        await hosting.GetByRole(AriaRole.Button, new() { Name = "letsencrypt.org" }).ClickAsync();
        Assert.Equal("closed-gate.example. IN CAA 0 issue \"letsencrypt.org\"", await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }
}
