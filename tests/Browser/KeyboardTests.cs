using Xunit;

namespace MtaSts.Browser;

public sealed class KeyboardTests(Demo demo)
{
    private const int MostTabs = 60;

    [Fact]
    public async Task Keyboard_Alone_LeadsFromTheSignInToAScorecard()
    {
        await using var visit = await demo.StrangerAsync();
        await visit.Page.GotoAsync("/sign-in");
        await Visit.Expect(visit.Page.GetByLabel("E-mail address")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync(Demo.Email);
        await visit.Page.Keyboard.PressAsync("Tab");
        await visit.Page.Keyboard.TypeAsync(Demo.Password);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadingAsync("Domains");
        await Visit.Expect(visit.Page.Locator("table.domains")).ToBeVisibleAsync();
        await TabToAsync(visit, "harbour-post.example");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadingAsync("harbour-post.example");
        await Visit.Expect(visit.Page.Locator(".tabs")).ToBeVisibleAsync();
        await TabToAsync(visit, "Reports");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadingAsync("Sessions per day");
    }

    [Fact]
    public async Task SkipLink_Followed_LeadsIntoTheContent()
    {
        await using var visit = await demo.OwnerAsync();
        await visit.OpenAsync("/settings");
        await visit.Page.Locator(".skip").FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("content", await visit.Page.EvaluateAsync<string>("document.activeElement.id"));
    }

    /// <summary>Presses the tabulator until the element with this text has the focus, which must be seen at every step.</summary>
    private static async Task TabToAsync(Visit visit, string text)
    {
        for (var i = 0; i < MostTabs; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            var (found, seen) = await FocusAsync(visit);
            Assert.True(seen, $"The focus is not seen on “{found}”.");
            if (found == text)
                return;
        }
        Assert.Fail($"“{text}” is not reached by {MostTabs} tabulators.");
    }

    private static async Task<(string Text, bool Seen)> FocusAsync(Visit visit)
    {
        var focus = await visit.Page.EvaluateAsync<string[]>("""
            () => {
              const element = document.activeElement;
              const style = getComputedStyle(element);
              // A heading or the content gets the focus by following a link, not by the tabulator, and is no control.
              const seen = element === document.body || element.matches('h1, main') || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
              return [element.textContent.trim(), seen ? 'yes' : 'no'];
            }
            """);
        return (focus[0], focus[1] == "yes");
    }
}
