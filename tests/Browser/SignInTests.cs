using Microsoft.Playwright;
using Xunit;

namespace MtaSts.Browser;

public sealed class SignInTests(Demo demo)
{
    [Fact]
    public async Task SignIn_WrongPassword_IsRefusedAndSaysSo()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync(Demo.Email, "look-elsewhere");
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Wrong e-mail or password");
        await Visit.Expect(visit.Page.GetByLabel("E-mail address")).ToHaveValueAsync(Demo.Email);
        await visit.Page.GotoAsync("/domains");
        Assert.EndsWith("/sign-in?returnUrl=%2Fdomains", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_UnknownAddress_GetsTheSameAnswer()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync("nobody@mtasts.example", Demo.Password);
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Wrong e-mail or password");
    }

    [Fact]
    public async Task SignIn_RightPassword_LandsOnTheDomains()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync("Demo@MtaSts.example", Demo.Password);
        await visit.HeadingAsync("Domains");
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "harbour-post.example", Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task SignIn_WithReturnUrl_GoesThereButNeverToAnotherSite()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.Page.GotoAsync("/domains/quiet-lane.example/reports");
        await visit.Page.GetByLabel("E-mail address").FillAsync(Demo.Email);
        await visit.Page.GetByLabel("Password").FillAsync(Demo.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadingAsync("quiet-lane.example");
        Assert.EndsWith("/domains/quiet-lane.example/reports", visit.Page.Url, StringComparison.Ordinal);

        await visit.Page.GotoAsync("/sign-in?returnUrl=//elsewhere.example/");
        await visit.Page.GetByLabel("E-mail address").FillAsync(Demo.Email);
        await visit.Page.GetByLabel("Password").FillAsync(Demo.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadingAsync("Domains");
        Assert.Equal(demo.Url, new Uri(visit.Page.Url));
    }

    [Fact]
    public async Task SignOut_Always_EndsAccess()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync(Demo.Email, Demo.Password);
        await visit.HeadingAsync("Domains");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("signed out");
        await visit.Page.GotoAsync("/settings");
        Assert.Contains("/sign-in", visit.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOut_InOneWindow_EndsTheOthers()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync(Demo.Email, Demo.Password);
        await visit.HeadingAsync("Domains");
        var other = await visit.Page.Context.NewPageAsync();
        await other.GotoAsync("/alerts");
        await other.GetByRole(AriaRole.Heading, new() { Name = "Alerts" }).First.WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await other.WaitForURLAsync("**/sign-in?returnUrl=%2Falerts");
    }

    [Fact]
    public async Task SignOut_OfASessionWhoseCookieWasCopied_EndsThePagesOfTheCopy()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync(Demo.Email, Demo.Password);
        await visit.HeadingAsync("Domains");
        await using var copy = await demo.WithSessionAsync(await visit.Page.Context.StorageStateAsync());
        copy.ExpectFaults("401"); // It may try to connect again before it is led to the sign-in.
        await copy.Page.GotoAsync("/alerts");
        await copy.HeadingAsync("Alerts");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await copy.Page.WaitForURLAsync("**/sign-in?returnUrl=%2Falerts");
    }

    /// <summary>The session ends after the page has loaded and before it connects, so no lost connection triggers the check.</summary>
    [Fact]
    public async Task Session_EndedBeforeThePageConnects_LeadsToTheSignIn()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.SignInAsync(Demo.Email, Demo.Password);
        await visit.HeadingAsync("Domains");
        await using var copy = await demo.WithSessionAsync(await visit.Page.Context.StorageStateAsync());
        copy.ExpectFaults("401", "Circuit host not initialized"); // The framework says that it could not connect.
        var ended = new TaskCompletionSource();
        await copy.Page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            await ended.Task;
            await route.ContinueAsync();
        });
        await copy.Page.GotoAsync("/alerts");
        await copy.Page.Locator("main[inert]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await visit.Page.WaitForURLAsync("**/sign-in*");
        ended.SetResult();
        await copy.Page.WaitForURLAsync("**/sign-in?returnUrl=%2Falerts");
    }
}
