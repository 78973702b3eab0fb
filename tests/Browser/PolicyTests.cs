using Microsoft.Playwright;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

public sealed class PolicyTests(Demo demo)
{
    /// <summary>A gateway's lease, and time to spare.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Policy_MxThatIsNone_IsRefusedAtItsField()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/northwind-clinic.example/policy");
        var mx = visit.Page.GetByLabel("MX hosts, one per line");
        await mx.FillAsync("mx1.northwind-clinic.example\nmx*.northwind-clinic.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#mx-problem")).ToContainTextAsync("mx*.northwind-clinic.example");
        await Visit.Expect(mx).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task Policy_LifetimeTooLong_IsRefusedAtItsField()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/northwind-clinic.example/policy");
        await visit.Page.GetByLabel("Lifetime").SelectOptionAsync("0");
        await visit.Page.GetByLabel("Seconds").FillAsync("0");
        await visit.Page.Locator("form.fields:has(#mx)").EvaluateAsync("form => form.noValidate = true");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#maxAge-problem")).ToContainTextAsync("max_age is 0");
    }

    [Fact]
    public async Task Policy_GoingToEnforce_WarnsFirst()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/northwind-clinic.example/policy");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "enforce" }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Visit.Expect(dialog).ToContainTextAsync("2 organisations report");
        await Visit.Expect(dialog).ToContainTextAsync("mx2.northwind-clinic.example");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stay in testing" }).ClickAsync();
        await Visit.Expect(dialog).ToHaveCountAsync(0);
        Assert.Equal("testing", (await demo.ApiAsync("domains/northwind-clinic.example")).GetProperty("policy").GetProperty("mode").GetString());
    }

    [Fact]
    public async Task Policy_Changed_IsServedAsANewVersion()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/northwind-clinic.example/policy");
        await visit.Page.GetByLabel("MX hosts, one per line").FillAsync("");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Fill from DNS" }).ClickAsync();
        await visit.Page.GetByLabel("Lifetime").SelectOptionAsync("604800");
        await visit.Page.GetByLabel("Reason (optional").FillAsync("a week <b>from</b> now on");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".file")).ToContainTextAsync("max_age: 604800");
        await Visit.Expect(visit.Page.Locator(".file")).ToContainTextAsync("mx: mx2.northwind-clinic.example");
        var newest = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Policy versions" }).Locator("tbody tr").First;
        await Visit.Expect(newest).ToContainTextAsync("a week <b>from</b> now on");
        await Visit.Expect(newest).ToContainTextAsync(Demo.Email);
        var shown = (await visit.Page.Locator(".file").TextContentAsync())!.Replace("\r\n", "\n", StringComparison.Ordinal);
        await Poll.Until(async () => (await demo.ServedPolicyAsync("northwind-clinic.example")).Replace("\r\n", "\n", StringComparison.Ordinal) == shown, Spread, "senders get the policy as it is shown");
    }

    [Fact]
    public async Task Policy_ThatMayLoseMail_IsTakenOnlyWhenItIsMeantAndCanBeTakenBack()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/harbour-post.example/policy");
        var mx = visit.Page.GetByLabel("MX hosts, one per line");
        await mx.FillAsync("mx1.harbour-post.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Visit.Expect(dialog).ToContainTextAsync("mx2.harbour-post.example");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Go back" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#mx-problem")).ToContainTextAsync("mx2.harbour-post.example");
        await Visit.Expect(visit.Page.Locator(".file")).ToContainTextAsync("mx: mx2.harbour-post.example");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Serve anyway" }).ClickAsync();
        var newest = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Policy versions" }).Locator("tbody tr").First;
        await Visit.Expect(newest).ToContainTextAsync("served despite mx-not-covered");
        await Visit.Expect(newest).ToContainTextAsync("mx removed: mx2.harbour-post.example");

        // What may lose mail is seen wherever the owner looks, not only by who opens the alerts.
        await Visit.Expect(visit.Page.Locator(".domain-alerts")).ToContainTextAsync("mx2.harbour-post.example");
        await Visit.Expect(visit.Page.Locator(".domain-head .chip")).ToHaveTextAsync("Live, with a critical alert");
        await visit.OpenAsync("/domains/harbour-post.example/policy");
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).Locator(".badge.bad")).ToHaveCountAsync(1);

        await visit.Page.GetByRole(AriaRole.Table, new() { Name = "Policy versions" }).Locator("tbody tr").Nth(1).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();
        await Visit.Expect(newest).ToContainTextAsync("restored");
        await Visit.Expect(newest).ToContainTextAsync("mx added: mx2.harbour-post.example");
        await Visit.Expect(mx).ToHaveValueAsync("mx1.harbour-post.example\nmx2.harbour-post.example");
    }

    [Fact]
    public async Task Restore_OfAVersionThatEnforces_AsksAsTheFormDoes()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/harbour-post.example/policy");
        var newest = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Policy versions" }).Locator("tbody tr").First;
        await Visit.Expect(newest).ToContainTextAsync("enforce");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "testing" }).CheckAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Serve this policy" }).ClickAsync();
        await Visit.Expect(newest).ToContainTextAsync("mode: enforce → testing");

        var restore = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Policy versions" }).Locator("tbody tr").Nth(1).GetByRole(AriaRole.Button, new() { Name = "Restore" });
        await restore.ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Visit.Expect(dialog).ToContainTextAsync("14 days in testing");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Stay in testing" }).ClickAsync();
        await Visit.Expect(dialog).ToHaveCountAsync(0);
        Assert.Equal("testing", (await demo.ApiAsync("domains/harbour-post.example")).GetProperty("policy").GetProperty("mode").GetString());

        await restore.ClickAsync();
        var enforce = dialog.GetByRole(AriaRole.Button, new() { Name = "Enforce anyway" });
        await Visit.Expect(enforce).ToBeDisabledAsync();
        await dialog.GetByLabel("Reason").FillAsync("it was enforced before");
        await Visit.Expect(enforce).ToBeDisabledAsync();
        await dialog.GetByLabel("Type “harbour-post.example” to confirm").FillAsync("Harbour-Post.example");
        await enforce.ClickAsync();
        await Visit.Expect(newest).ToContainTextAsync("mode: testing → enforce");
        await Visit.Expect(newest).ToContainTextAsync("restored: it was enforced before");
        await Visit.Expect(newest).ToContainTextAsync("not-ready");
    }
}
