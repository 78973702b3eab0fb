using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

public sealed class DomainTests(Demo demo)
{
    [Fact]
    public async Task AddDomain_NewName_ShowsItsRecordsWithItsToken()
    {
        await using var visit = await demo.OwnerAsync();
        await AddAsync(visit, "Fresh-Start.example");
        await visit.HeadingAsync("fresh-start.example");
        var domain = await demo.ApiAsync("domains/fresh-start.example");
        var records = visit.Page.Locator(".records");
        await Visit.Expect(records).ToContainTextAsync(domain.GetProperty("cnameTarget").GetString()!);
        await Visit.Expect(records).ToContainTextAsync($"v=TLSRPTv1; rua=mailto:{domain.GetProperty("reportAddress").GetString()};");
        await Visit.Expect(records.Locator(".mark")).ToHaveCountAsync(3);
    }

    [Theory]
    [InlineData("not a domain")]
    [InlineData("<script>document.title='executed'</script>")]
    [InlineData("")]
    public async Task AddDomain_NoDomain_IsRefusedAtTheField(string typed)
    {
        await using var visit = await demo.OwnerAsync();
        await AddAsync(visit, typed);
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Visit.Expect(dialog.GetByRole(AriaRole.Textbox)).ToHaveAttributeAsync("aria-invalid", "true");
        Assert.NotEqual("executed", await visit.Page.TitleAsync());
        await visit.Page.Keyboard.PressAsync("Escape");
        await Visit.Expect(dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Copy_RecordValue_StandsInTheClipboard()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/harbour-post.example");
        var domain = await demo.ApiAsync("domains/harbour-post.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the value of the CNAME record" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("#copy-status")).ToHaveTextAsync("Copied to the clipboard");
        Assert.Equal(domain.GetProperty("cnameTarget").GetString(), await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Hosting_SwitchedOnWithoutTheCname_WaitsForIt()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/quiet-lane.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch hosting on" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".domain-head .chip")).ToHaveTextAsync("Waiting for CNAME");
        Assert.Equal("awaitingCname", (await demo.ApiAsync("domains/quiet-lane.example")).GetProperty("hosting").GetProperty("state").GetString());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel hosting" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator(".domain-head .chip")).ToHaveTextAsync("Monitoring");
    }

    [Fact]
    public async Task Hosting_SwitchedOff_AsksFirstAndNamesTheDate()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/harbour-post.example");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch hosting off…" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Visit.Expect(dialog.Locator(".steps li").First).ToContainTextAsync("Publish the new id at once");
        await Visit.Expect(dialog).ToContainTextAsync("must stay until then");
        await Visit.Expect(dialog).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC"));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep hosting" }).ClickAsync();
        await Visit.Expect(dialog).ToHaveCountAsync(0);
        Assert.Equal("live", (await demo.ApiAsync("domains/harbour-post.example")).GetProperty("hosting").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Hosting_Retiring_ShowsUntilWhenTheCnameMustStay()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/domains/old-orchard.example");
        await Visit.Expect(visit.Page.Locator(".retirement .steps")).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"Keep both until \d{4}-\d{2}-\d{2}"));
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch on again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Domain_NotClaimed_SaysSoAndTellsNothing()
    {
        await using var visit = await demo.OwnerAsync();
        visit.ExpectFaults("status of 404");
        await visit.Page.GotoAsync("/domains/elsewhere.example");
        await Visit.Expect(visit.Page.Locator("main")).ToContainTextAsync("has no claim");
    }

    private static async Task AddAsync(Visit visit, string name)
    {
        await visit.OpenAsync("/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).FillAsync(name);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add domain" }).ClickAsync();
    }
}
